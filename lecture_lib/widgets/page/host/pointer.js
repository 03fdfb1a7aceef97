// The hand: mouse, finger or arrow keys on a handle, a datum or the plane become events. One pixel is one pixel: a
// handle goes as far as the hand does, from wherever it was taken.

import { squaredDistance } from "../engine/kmeans.js";

const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const CHOOSE = { ",": -1, ".": 1 };
const PAGES = { PageUp: -1, PageDown: 1 }; // a clicker sends them, and means the slides
const STEP = 1 / 40; // of the range of an axis; with shift a tenth of it
const STILL = 4; // pixels; a hand that moves less clicks
const SNAP = 3; // pixels; a mean that is dropped so near to another one is at the same place
const REACH = { touch: 22, mouse: 9 };

export class Pointer {
  constructor(view, signal) {
    this.view = view;
    this.surface = view.surface;
    this.handles = view.handles;
    this.store = view.store;
    this.wishes = new Map();
    this.frame = null;
    const listen = (target, kind, act) => target.addEventListener(kind, act, { signal });
    listen(this.surface, "pointerdown", (event) => this.grab(event));
    listen(this.surface, "pointermove", (event) => this.hover(event));
    listen(view.root, "keydown", (event) => this.key(event));
  }

  /** Where an event is in the layout; a page may be zoomed or its slide scaled. @returns {[number, number]} */
  placeOf(event) {
    const bounds = this.surface.getBoundingClientRect();
    const scale = bounds.width / this.surface.offsetWidth || 1;
    return [(event.clientX - bounds.left) / scale, (event.clientY - bounds.top) / scale];
  }

  grab(event) {
    if (event.button) return;
    const place = this.placeOf(event);
    const handle = event.target.closest(".handle");
    if (handle) return this.drag(event, handle);
    const datum = this.handles.nearestDatum(place, REACH[event.pointerType] ?? REACH.mouse);
    if (datum !== null) {
      this.handles.datum = datum;
      this.handles.placeDatum(new Set());
      return this.drag(event, this.handles.all.get("datum"), datum);
    }
    const map = this.view.maps.find((each) => each.holds(place));
    if (map?.panel.seek) return this.scrub(event, map);
    if (map?.panel.click) this.click(event, map, place);
  }

  /** Follow a pointer until it is let go: how far it moved to the right and down, and whether it only clicked. */
  follow(event, target, moved, dropped) {
    const done = new AbortController();
    const [x, y] = this.placeOf(event);
    let far = 0;
    const listen = (kind, act) =>
      target.addEventListener(kind, (other) => other.pointerId === event.pointerId && act(other), done);
    target.setPointerCapture(event.pointerId);
    listen("pointermove", (move) => {
      const [px, py] = this.placeOf(move);
      far = Math.max(far, Math.hypot(px - x, py - y));
      moved(px - x, py - y, far < STILL);
    });
    for (const end of ["pointerup", "pointercancel", "lostpointercapture"])
      listen(end, () => {
        done.abort();
        dropped(end === "pointerup" && far < STILL);
      });
  }

  drag(event, handle, datum = null) {
    event.preventDefault();
    handle.focus({ preventScroll: true });
    const name = this.handles.nameOf(handle);
    const { at } = handle.layer;
    const drag = `drag ${performance.now()}`;
    const moved = (right, down, still) => {
      if (datum !== null && still) return;
      const from = handle.map.to(at);
      const to = handle.map.from([from[0] + right, from[1] + down]);
      this.wish({ kind: "move", handle: name, at: this.snapped(handle, to), drag });
    };
    this.follow(event, datum === null ? handle : this.surface, moved, (clicked) => {
      this.flush();
      if (clicked && datum !== null) this.store.do({ kind: "remove", index: datum });
    });
  }

  /** A mean that comes to lie on another one takes its place exactly. */
  snapped(handle, at) {
    if (handle.layer.style !== "mean") return at;
    const to = handle.map.to(at);
    for (const other of this.handles.all.values()) {
      if (other === handle || other.layer.style !== "mean" || other.map !== handle.map) continue;
      if (squaredDistance(handle.map.to(other.layer.at), to) < SNAP ** 2) return other.layer.at;
    }
    return at;
  }

  /** Of what a hand wishes within one frame, the last place of each handle counts. */
  wish(event) {
    this.wishes.set(event.handle ?? event.kind, event);
    this.frame ??= requestAnimationFrame(() => this.flush());
  }

  flush() {
    cancelAnimationFrame(this.frame);
    this.frame = null;
    const wishes = [...this.wishes.values()];
    this.wishes.clear();
    for (const event of wishes) this.store.do(event);
  }

  scrub(event, map) {
    const [x, y] = this.placeOf(event);
    const seek = (right) => this.wish({ kind: "seek", at: map.from([x + right, y])[0] });
    this.store.pause();
    seek(0);
    this.follow(event, this.surface, seek, () => this.flush());
  }

  click(event, map, place) {
    const dropped = (clicked) => clicked && this.store.do({ kind: map.panel.click, at: map.from(place) });
    this.follow(event, this.surface, () => {}, dropped);
  }

  hover(event) {
    if (event.target.closest(".handle")) return;
    const place = this.placeOf(event);
    const map = this.view.maps.find((each) => each.holds(place));
    const over = this.handles.nearestDatum(place, REACH.mouse) !== null;
    const cursor = map?.panel.seek ? "ew-resize" : map?.panel.click ? "crosshair" : "";
    this.surface.style.cursor = over ? "grab" : cursor;
  }

  key(event) {
    const handle = event.target.closest(".handle");
    if (!handle || event.ctrlKey || event.metaKey || event.altKey) return;
    const choose = this.view.filled ? CHOOSE : { ...CHOOSE, ...PAGES };
    if (event.key in choose) this.handles.choose(handle, choose[event.key]);
    else if (event.key in KEYS) this.move(handle, KEYS[event.key], STEP * (event.shiftKey ? 0.1 : 1));
    else if (event.key === "Delete" && handle.dataset.handle === "datum")
      this.store.do({ kind: "remove", index: this.handles.datum });
    else if (event.key === "Insert" && this.handles.data) this.insert();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** A new datum, a little beside the one that is chosen. */
  insert() {
    const { xy, map } = this.handles.data;
    const [x, y] = map.to(xy[this.handles.datum]);
    this.store.do({ kind: "add", at: map.from([x + 12, y]) });
  }

  move(handle, way, step) {
    const { map, layer } = handle;
    const name = this.handles.nameOf(handle);
    const at = [map.x, map.y].map((axis, a) => layer.at[a] + way[a] * step * (axis.high - axis.low));
    this.store.do({ kind: "move", handle: name, at, drag: `keys ${name}` });
  }
}
