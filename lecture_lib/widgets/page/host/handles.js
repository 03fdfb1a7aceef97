// Handles as elements of the page, so that a finger, a Tab key and a screen reader find them. All of them, the data
// too, share one stop of the Tab key; Page Up and Page Down choose. How one looks is in painter/layers.js, its colour
// in explorers/means.js, how much of it can be grabbed in figure.css.

import { squaredDistance } from "../engine/kmeans.js";
import { argmin } from "../engine/numbers.js";
import { element } from "./element.js";

/** A number without an exponent, as an attribute wants it. */
const plain = (value) => value.toFixed(6);

export class Handles {
  constructor(surface, describedBy) {
    this.surface = surface;
    this.describedBy = describedBy;
    /** @type {Map<string, any>} */
    this.all = new Map();
    this.order = [];
    this.data = null;
    this.datum = 0;
    this.stop = null;
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
    for (const [id, handle] of this.all) {
      if (!seen.has(id)) {
        handle.remove();
        this.all.delete(id);
      }
    }
    this.order = [...seen];
    if (!seen.has(this.stop)) this.stopAt(this.order[0]);
  }

  placeOne(seen, layer, map) {
    const { name } = layer;
    if (!this.all.has(name)) this.all.set(name, this.made(name));
    const handle = this.all.get(name);
    const [x, y] = map.placeOf(layer);
    const up = layer.along === "y";
    const axis = up ? map.y : map.x;
    seen.add(name);
    Object.assign(handle.style, { left: `${x}px`, top: `${y}px` });
    const value = layer.at[up ? 1 : 0];
    Object.assign(handle, {
      map,
      layer,
      className: `handle ${layer.style}`,
      ariaLabel: layer.label,
      ariaValueText: layer.value,
      ariaValueNow: plain(value),
      // A handle may be dragged beyond the border.
      ariaValueMin: plain(Math.min(axis.low, value)),
      ariaValueMax: plain(Math.max(axis.high, value)),
    });
  }

  placeDatum(seen) {
    const { xy, map } = this.data;
    this.datum = Math.min(this.datum, xy.length - 1);
    const at = xy[this.datum];
    const value = at.map((v) => v.toPrecision(4)).join(", ");
    const label = `datum ${this.datum} of ${xy.length}`;
    this.placeOne(seen, { name: "datum", at, label, value, style: "datum", along: "xy" }, map);
  }

  /** What an explorer calls a handle. */
  nameOf(handle) {
    return handle.dataset.handle === "datum" ? `datum-${this.datum}` : handle.dataset.handle;
  }

  made(id) {
    const handle = element("div", {
      role: "slider",
      tabIndex: -1,
      ariaRoleDescription: "point that can be moved",
      "aria-describedby": this.describedBy,
      "data-handle": id,
      on: { focus: () => this.stopAt(id) },
    });
    this.surface.append(handle);
    return handle;
  }

  stopAt(id) {
    this.stop = id;
    for (const [name, handle] of this.all) handle.tabIndex = name === id ? 0 : -1;
  }

  /** Go to the next handle, or to the one before; the data follow the handles, one after the other. */
  choose(handle, by) {
    const ids = this.order.filter((id) => id !== "datum");
    const n = this.data ? this.data.xy.length : 0;
    const here = handle.dataset.handle === "datum" ? ids.length + this.datum : ids.indexOf(handle.dataset.handle);
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
    const away = this.data.xy.map((at) => Math.sqrt(squaredDistance(this.data.map.to(at), place)));
    const nearest = argmin(away);
    return away[nearest] < reach ? nearest : null;
  }
}
