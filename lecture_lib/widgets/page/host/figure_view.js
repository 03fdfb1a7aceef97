// One view of a figure: paints the scene of its store, and shows its handles, controls and words.

import { lookOf, themeAround } from "../painter/colour.js";
import { layout } from "../painter/coordinates.js";
import { paintPanel } from "../painter/panel.js";
import { tween } from "../painter/tween.js";
import { Handles } from "./handles.js";
import { Pointer } from "./pointer.js";
import { FullScreen } from "./fullscreen.js";
import { element } from "./element.js";
import { Share } from "./share.js";
import { Toolbar } from "./toolbar.js";
import { Words } from "./words.js";

const GLIDE = 380; // milliseconds from one state to the next
const wantsNoMotion = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

export class FigureView {
  /**
   * @param {any} store
   * @param {{index?: number | null, filled?: boolean}} place which of the page it is, and whether it has a slide;
   *   then its tools are beside the plane, as in the large mode
   */
  constructor(store, { index = null, filled = false }) {
    this.store = store;
    this.filled = filled;
    /** @type {any[]} */
    this.maps = [];
    this.stopped = new AbortController();
    this.frame = null;
    this.glide = null;
    this.shown = null;
    this.root = element("div", {
      className: "lecture-figure",
      role: "group",
      "data-lm-suppress-shortcuts": "true",
      "data-prevent-swipe": "", // of reveal.js
    });
    this.canvas = element("canvas", { ariaHidden: "true" });
    this.surface = element("div", { className: "surface" }, this.canvas);
    this.words = new Words();
    this.share = new Share(store, index);
    this.large = new FullScreen(this, this.stopped.signal);
    this.toolbar = new Toolbar(store, this.tools());
    this.root.append(this.toolbar.root, this.share.root, this.surface, this.words.root);
    this.handles = new Handles(this.surface, this.words.keys.id);
    this.pointer = new Pointer(this, this.stopped.signal);
    this.listen(this.stopped.signal);
    store.views.add(this);
    store.changed(false);
  }

  tools() {
    const open = ({ currentTarget }) => {
      this.share.root.hidden = !this.share.root.hidden;
      currentTarget.ariaExpanded = String(!this.share.root.hidden);
    };
    return [
      [{ name: "Undo", tip: "Ctrl+Z" }, () => this.store.undo()],
      [{ name: "Reset", tip: "To where this figure started" }, () => this.store.reset()],
      [{ name: "Data and link", opens: true }, open],
      [{ name: "Large", tip: "For a hall (F)" }, () => this.large.toggle()],
    ];
  }

  listen(signal) {
    const again = () => this.schedule();
    this.resized = new ResizeObserver(again);
    this.resized.observe(this.surface);
    this.themed = new MutationObserver(again);
    for (const around of [document.body, document.documentElement])
      this.themed.observe(around, { attributes: true });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again, { signal });
    const key = (event) => (this.large.on || this.root.contains(event.target)) && this.key(event);
    addEventListener("keydown", key, { signal, capture: true }); // before slides and JupyterLab
    if (this.filled) this.root.addEventListener("pointerup", () => this.release(), { signal });
  }

  /** On slides the keys are the slides' again as soon as the mouse is up. */
  release() {
    const held = /** @type {HTMLElement | null} */ (document.activeElement);
    if (!held?.matches("button, .handle")) return;
    if (this.large.on) this.root.focus();
    else held.blur();
  }

  /** Space is the next half-step, on a slide by way of its deck; but where a control has the focus, it is its own. */
  key(event) {
    const { key, target, ctrlKey, metaKey, altKey } = event;
    if (target.matches("textarea")) return;
    const owned = target.matches("a, button, input, select");
    if (key === " " && !owned && this.filled) return;
    if (key === " " && !owned) this.toolbar.step?.click();
    else if (key === " " || key === "Enter") return event.stopPropagation();
    else if (key === "z" && (ctrlKey || metaKey)) this.store.undo();
    else if (key === "f" && !(ctrlKey || metaKey || altKey)) this.large.toggle();
    else if (key === "Escape" && this.large.on) this.large.toggle();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  dispose() {
    this.stopped.abort();
    this.store.views.delete(this);
    for (const watcher of [this.resized, this.themed]) watcher.disconnect();
    this.root.remove();
  }

  /** Show the state as it is now; `glide` there, unless nobody wants motion. */
  show(glide) {
    const scene = this.store.explorer.scene(this.store.state);
    const from = this.shown;
    this.scene = scene;
    this.glide = glide && from && !wantsNoMotion() ? { from, began: performance.now() } : null;
    this.schedule();
  }

  schedule() {
    this.root.dataset.busy = "true";
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.paint();
    });
  }

  /** The scene of this moment. */
  moment() {
    if (!this.glide) return this.scene;
    const t = (performance.now() - this.glide.began) / GLIDE;
    if (t < 1) return tween(this.glide.from, this.scene, t * t * (3 - 2 * t));
    this.glide = null;
    return this.scene;
  }

  paint() {
    const width = this.surface.clientWidth;
    if (!width) return;
    const scene = this.moment();
    const room = this.filled || this.large.on ? this.surface.clientHeight : null;
    const scale = this.surface.getBoundingClientRect().width / this.surface.offsetWidth || 1;
    const ratio = (window.devicePixelRatio || 1) * scale;
    const { height, maps } = layout(scene, width, room);
    const ctx = this.sized(width, height, ratio);
    const look = this.look(ratio);
    ctx.clearRect(0, 0, width, height);
    for (const map of maps) paintPanel(ctx, map.panel, map, look);
    this.maps = maps;
    this.shown = scene;
    this.handles.place(maps);
    this.surface.style.touchAction = this.handles.data ? "none" : "";
    this.tell();
    if (this.glide) this.schedule();
    else this.rest();
  }

  tell() {
    this.root.ariaLabel = this.scene.name;
    this.toolbar.show();
    this.words.tell(this.scene, this.store, Boolean(this.handles.data));
  }

  rest() {
    this.root.dataset.painted = String(this.store.count);
    this.root.dataset.busy = String(Boolean(this.store.busy || this.store.playing));
  }

  sized(width, height, ratio) {
    const { canvas } = this;
    const size = [width, height].map((side) => Math.round(side * ratio));
    if (canvas.width !== size[0] || canvas.height !== size[1]) {
      [canvas.width, canvas.height] = size;
      canvas.style.height = `${height}px`;
    }
    const ctx = canvas.getContext("2d");
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    return ctx;
  }

  look(ratio) {
    const theme = themeAround(this.root);
    for (const name of ["ink", "ground"]) this.root.style.setProperty(`--figure-${name}`, theme[name]);
    this.root.dataset.theme = this.root.style.colorScheme = theme.name;
    return lookOf(theme, ratio, getComputedStyle(this.root).fontFamily);
  }
}
