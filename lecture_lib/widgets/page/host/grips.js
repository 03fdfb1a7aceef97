// Handles as elements of the page, so that a finger, a Tab key and a screen reader find them. All of them, the data
// too, share one stop of the Tab key; Page Up and Page Down choose.

import { node } from "./node.js";

export class Grips {
  constructor(surface, describedBy) {
    Object.assign(this, { surface, describedBy, all: new Map(), order: [], data: null, datum: 0, stop: null });
  }

  place(maps) {
    const seen = new Set();
    this.data = null;
    for (const map of maps) {
      for (const layer of map.panel.layers) {
        if (layer.kind === "handle") this.placeOne(seen, layer, map);
        if (layer.kind === "points" && layer.drag) this.data = { xy: layer.xy, map };
      }
    }
    if (this.data) this.placeDatum(seen);
    for (const [id, grip] of this.all) {
      if (!seen.has(id)) {
        grip.remove();
        this.all.delete(id);
      }
    }
    this.order = [...seen];
    if (!seen.has(this.stop)) this.stopAt(this.order[0]);
  }

  placeOne(seen, layer, map) {
    const { name } = layer;
    if (!this.all.has(name)) this.all.set(name, this.made(name));
    const grip = this.all.get(name);
    const [x, y] = map.placeOf(layer);
    const up = layer.along === "y";
    const axis = up ? map.y : map.x;
    seen.add(name);
    grip.className = `grip ${layer.style}`;
    Object.assign(grip, { map, layer });
    Object.assign(grip.style, { left: `${x}px`, top: `${y}px` });
    const value = layer.at[up ? 1 : 0];
    Object.assign(grip, { ariaLabel: layer.label, ariaValueText: layer.value, ariaValueNow: String(value) });
    // A handle may be dragged beyond the border.
    grip.ariaValueMin = String(Math.min(axis.low, value));
    grip.ariaValueMax = String(Math.max(axis.high, value));
  }

  placeDatum(seen) {
    const { xy, map } = this.data;
    this.datum = Math.min(this.datum, xy.length - 1);
    const at = xy[this.datum];
    const value = at.map((v) => v.toPrecision(4)).join(", ");
    const label = `datum ${this.datum} of ${xy.length}`;
    this.placeOne(seen, { name: "datum", at, label, value, style: "datum", along: "xy" }, map);
  }

  /** What an explorer calls a grip. */
  nameOf(grip) {
    return grip.dataset.handle === "datum" ? `datum-${this.datum}` : grip.dataset.handle;
  }

  made(id) {
    const grip = node("div", { role: "slider", tabIndex: -1, ariaRoleDescription: "point that can be moved" });
    grip.dataset.handle = id;
    grip.setAttribute("aria-describedby", this.describedBy);
    grip.addEventListener("focus", () => this.stopAt(id));
    this.surface.append(grip);
    return grip;
  }

  stopAt(id) {
    this.stop = id;
    for (const [name, grip] of this.all) grip.tabIndex = name === id ? 0 : -1;
  }

  /** Go to the next grip, or to the one before; the data follow the handles, one after the other. */
  choose(grip, by) {
    const ids = this.order.filter((id) => id !== "datum");
    const n = this.data ? this.data.xy.length : 0;
    const here = grip.dataset.handle === "datum" ? ids.length + this.datum : ids.indexOf(grip.dataset.handle);
    const next = (here + by + ids.length + n) % (ids.length + n);
    if (next >= ids.length) {
      this.datum = next - ids.length;
      this.placeDatum(new Set());
    }
    this.all.get(ids[next] ?? "datum").focus();
  }

  /** The datum nearest to a place in the layout, if it is within reach. */
  nearestDatum(place, reach) {
    if (!this.data) return null;
    let [best, least] = [null, reach];
    this.data.xy.forEach((at, i) => {
      const [x, y] = this.data.map.to(at);
      const away = Math.hypot(x - place[0], y - place[1]);
      if (away < least) [best, least] = [i, away];
    });
    return best;
  }
}
