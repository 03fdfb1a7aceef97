// Handles as elements of the page, so that a finger, a Tab key and a screen reader find them.
// All of them, the data too, share one stop of the Tab key; Page Up and Page Down choose.

import { floats } from "./numbers.js";
import { node } from "./words.js";

export class Grips {
  constructor(surface, describedBy) {
    Object.assign(this, { surface, describedBy, all: new Map(), order: [], data: null, datum: 0, stop: null });
  }

  place(panels, maps) {
    const seen = new Set();
    this.data = null;
    panels.forEach((panel, p) => {
      for (const layer of panel.layers) {
        if (layer.kind === "handle") this.placeOne(seen, layer, maps[p]);
        if (layer.kind === "points" && layer.drag) this.data = { xy: floats(layer.xy), drag: layer.drag, map: maps[p] };
      }
    });
    if (this.data) this.placeDatum(seen);
    for (const [id, grip] of this.all) if (!seen.has(id)) { grip.remove(); this.all.delete(id); }
    this.order = [...seen];
    if (!seen.has(this.stop)) this.stopAt(this.order[0]);
  }

  placeOne(seen, layer, map) {
    const { id } = layer;
    if (!this.all.has(id)) this.all.set(id, this.made(id));
    const grip = this.all.get(id), [x, y] = map.to(map.clamp(layer.at));
    const up = layer.along === "y", axis = map.panel[up ? "y" : "x"];
    seen.add(id);
    grip.className = `grip ${layer.style}`;
    Object.assign(grip, { map, layer });
    grip.style.left = `${x}px`;
    grip.style.top = `${y}px`;
    grip.ariaLabel = layer.label;
    grip.ariaValueText = layer.value;
    grip.ariaValueNow = String(layer.at[up ? 1 : 0]);
    grip.ariaValueMin = String(axis.low);
    grip.ariaValueMax = String(axis.high);
  }

  placeDatum(seen) {
    const { xy, map } = this.data, n = xy.length / 2;
    this.datum = Math.min(this.datum, n - 1);
    const at = this.placeOf(this.datum), value = at.map((v) => v.toPrecision(4)).join(", ");
    this.placeOne(seen, { id: "datum", at, label: `datum ${this.datum} of ${n}`, value, style: "datum", along: "xy" }, map);
  }

  placeOf(i) { return [this.data.xy[2 * i], this.data.xy[2 * i + 1]]; }

  // What the kernel calls a grip.
  nameOf(grip) { return grip.dataset.handle === "datum" ? `${this.data.drag}${this.datum}` : grip.dataset.handle; }

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

  // Go to the next grip, or to the one before; the data follow the handles, one after the other.
  choose(grip, by) {
    const ids = this.order.filter((id) => id !== "datum"), n = this.data ? this.data.xy.length / 2 : 0;
    const here = grip.dataset.handle === "datum" ? ids.length + this.datum : ids.indexOf(grip.dataset.handle);
    const next = (here + by + ids.length + n) % (ids.length + n);
    if (next >= ids.length) {
      this.datum = next - ids.length;
      this.placeDatum(new Set());
    }
    this.all.get(ids[next] ?? "datum").focus();
  }

  nearestDatum(event) {
    if (!this.data) return null;
    const bounds = this.surface.getBoundingClientRect(), { xy, map } = this.data;
    let best = null, least = event.pointerType === "touch" ? 22 : 10;
    for (let i = 0; i < xy.length / 2; i++) {
      const [x, y] = map.to(this.placeOf(i));
      const away = Math.hypot(x + bounds.left - event.clientX, y + bounds.top - event.clientY);
      if (away < least) [best, least] = [i, away];
    }
    return best;
  }
}
