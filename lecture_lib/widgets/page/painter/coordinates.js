// Where panels lie on the canvas, and how places in the data become pixels.

import { clamp } from "../engine/numbers.js";

const MARGIN = { left: 70, right: 12, top: 32, bottom: 46 };
const ASPECT = 0.48; // of the whole, where nobody gives it a height
const STACK_BELOW = 560; // pixels; panels of a narrower figure stand one below the other

/** The height of the whole and, for each panel, its box and what of the plane it shows. */
export function layout(scene, width, room = null) {
  const stacked = width < STACK_BELOW && scene.panels.length > 1;
  const total = scene.panels.reduce((all, panel) => all + panel.width, 0);
  const high = room ?? Math.max(width * ASPECT, 260);
  const heights = scene.panels.map((panel) => (stacked ? Math.max(width * panel.tall, 190) : high));
  const { left, right, top, bottom } = MARGIN;
  let [x, y] = [0, 0];
  const maps = scene.panels.map((panel, i) => {
    const share = stacked ? width : (width * panel.width) / total;
    const box = { x: x + left, y: y + top, w: share - left - right, h: heights[i] - top - bottom };
    if (stacked) y += heights[i];
    else x += share;
    return fitted(panel, box);
  });
  return { height: stacked ? y : high, maps };
}

/** A panel in its box; where units have a length, the box shrinks or the view widens. */
function fitted(panel, box) {
  if (!panel.units) return new Coordinates(panel, box, panel.x, panel.y);
  const [rx, ry] = [panel.x, panel.y].map((axis, a) => (axis.high - axis.low) / panel.units[a]);
  const scale = Math.min(box.w / rx, box.h / ry);
  if (panel.tight) {
    const [w, h] = [scale * rx, scale * ry];
    const tight = { x: box.x + (box.w - w) / 2, y: box.y + (box.h - h) / 2, w, h };
    return new Coordinates(panel, tight, panel.x, panel.y);
  }
  const wide = (axis, length, unit) => {
    const [middle, half] = [(axis.low + axis.high) / 2, (length / scale / 2) * unit];
    return { ...axis, low: middle - half, high: middle + half };
  };
  return new Coordinates(panel, box, wide(panel.x, box.w, panel.units[0]), wide(panel.y, box.h, panel.units[1]));
}

export class Coordinates {
  constructor(panel, box, x, y) {
    this.panel = panel;
    this.box = box;
    this.x = x;
    this.y = y;
  }
  /** @param {number[]} place */
  to([at, up]) {
    const { x, y, box } = this;
    return [box.x + ((at - x.low) / (x.high - x.low)) * box.w, box.y + ((y.high - up) / (y.high - y.low)) * box.h];
  }
  /** @param {number[]} pixel */
  from([px, py]) {
    const { x, y, box } = this;
    return [x.low + ((px - box.x) / box.w) * (x.high - x.low), y.high - ((py - box.y) / box.h) * (y.high - y.low)];
  }
  /** Where a handle is painted: within the box, and a knob not nearer to its mean than `apart`. */
  placeOf({ at, from, apart = 0 }) {
    const place = this.to(this.clamp(at));
    if (!from) return place;
    const centre = this.to(this.clamp(from));
    const [dx, dy] = this.to(at).map((p, a) => p - this.to(from)[a]);
    const length = Math.hypot(dx, dy);
    if (length >= apart) return place;
    const [ux, uy] = length ? [dx / length, dy / length] : [1, 0];
    return [centre[0] + ux * apart, centre[1] + uy * apart];
  }
  /** The nearest place within the box. @param {number[]} place */
  clamp([at, up]) {
    return [clamp(at, this.x.low, this.x.high), clamp(up, this.y.low, this.y.high)];
  }
  /** @param {number[]} pixel */
  holds([px, py]) {
    const { x, y, w, h } = this.box;
    return px >= x && px <= x + w && py >= y && py <= y + h;
  }
}
