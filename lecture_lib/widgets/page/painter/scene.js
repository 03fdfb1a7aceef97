// What a figure shows, as plain instructions: a scene holds panels, a panel holds layers. All functions are pure. All
// places are in the coordinates of the data. A colour is "#0072B2", or "ink", "quiet" or "ground", which follow the
// theme. Layers of one name are matched when a scene passes into the next one.

import { argmax, quantile, range, sum } from "../engine/numbers.js";
import { COLOURS, rgb } from "./colour.js";

/** A number as it is shown: few digits, and a true minus sign. */
export function number(value, digits = 4) {
  if (!Number.isFinite(value)) return value > 0 ? "∞" : value < 0 ? "−∞" : "–";
  const size = Math.abs(value);
  let shown = String(Number(value.toPrecision(digits)));
  if (size >= 10 ** digits && size < 1e9) shown = value.toFixed(0);
  else if (size >= 1e9 || (size > 0 && size < 1e-4)) {
    shown = Number(value.toPrecision(Math.min(digits, 3)))
      .toExponential()
      .replace("e+", "e");
  }
  return (shown === "-0" ? "0" : shown).replaceAll("-", "−");
}

/** Round numbers between two limits, each with its text. */
export function ticks(low, high, most = 6) {
  const rough = (high - low) / most;
  const unit = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * unit).find((size) => size >= rough * (1 - 1e-9));
  const [first, end] = [Math.ceil(low / step - 1e-9), Math.floor(high / step + 1e-9)];
  return range(end - first + 1).map((i) => [step * (first + i), short(step * (first + i))]);
}

/** Beside an axis there is little room: the shorter one of a plain number and a power. */
function short(value) {
  const [plain, power] = [number(value, 6), Number(value.toPrecision(6)).toExponential()];
  return plain.length > 6 && power.length - 1 < plain.length
    ? power.replace("e+", "e").replaceAll("-", "−")
    : plain;
}

export const axis = (low, high, label = "", at = null) => ({ low, high, label, ticks: at });

/**
 * One panel. `units`: so many of each axis are equally long; `tight`: shrink the box for that, else widen the view.
 * @type {(x: any, y: any, layers: any[], look?: {title?: string, width?: number, tall?: number, units?: number[],
 *   tight?: boolean, click?: string, seek?: boolean}) => any}
 */
export const panel = (x, y, layers, look = {}) => ({ x, y, layers, title: "", width: 1, tall: 0.82, ...look });

export const line = (name, xy, tint = "ink", look = {}) => ({
  kind: "line",
  name,
  xy,
  colour: tint,
  width: 1.8,
  dash: false,
  halo: false,
  fill: 0,
  ...look,
});

export const marks = (name, xy, tint = "ink", look = {}) => ({
  kind: "marks",
  name,
  xy,
  colour: tint,
  shape: 0,
  size: 8,
  look: "solid",
  ...look,
});

export const text = (at, words, tint = "ink", look = {}) => ({
  kind: "text",
  name: "",
  at,
  text: words,
  colour: tint,
  shift: [8, -10],
  anchor: "start",
  ...look,
});

/** An arrow; both of its ends are painted so many pixels further on. */
export const arrow = (name, start, end, tint = "ink", away = 0) => ({
  kind: "arrow",
  name,
  start,
  end,
  colour: tint,
  away,
});

/** Something that can be dragged: a "mean" (ring with caption), a "knob", or a "dial" (line across). */
export const handle = (name, at, look) => ({
  kind: "handle",
  name,
  at,
  style: "mean",
  colour: "ink",
  caption: "",
  along: "xy",
  hollow: false,
  ...look,
});

/** Data; colour and marker tell which cluster takes a datum, soft shares mix the colours. Grey dots without shares. */
export function points(X, r, look = {}) {
  const palette = COLOURS.map(rgb);
  const mixed = r?.map((row) =>
    typeof row === "number"
      ? palette[row]
      : [0, 1, 2].map((c) => sum(row.map((share, j) => share * palette[j][c]))),
  );
  const shapes = r?.map((row) => (typeof row === "number" ? row : argmax(row)));
  const size = X.length <= 400 ? 7 : 4.5;
  return { kind: "points", name: "data", xy: X, rgb: mixed, shapes, size, drag: false, ...look };
}

/** A function on an even grid, values[row][column], as contours at equal shares of its values: dark is low. */
export function heat(values, x, y, levels = 14) {
  const sorted = values.flat().sort((a, b) => a - b);
  const cuts = [...new Set(range(levels + 1).map((i) => quantile(sorted, i / levels)))];
  const height = (value) => {
    const above = cuts.findIndex((cut, i) => i > 0 && (cut >= value || i === cuts.length - 1));
    const share = (value - cuts[above - 1]) / (cuts[above] - cuts[above - 1]);
    return (levels * (above - 1 + share)) / cuts.length;
  };
  return { kind: "heat", values: values.map((row) => row.map(height)), extent: extentOf(x, y), levels };
}

/** Names on an even grid, one colour each. */
export const nameMap = (names, x, y) => ({
  kind: "heat",
  values: names.map((row) => row.map((j) => j % COLOURS.length)),
  extent: extentOf(x, y),
  levels: 0,
});

const extentOf = (x, y) => [x[0], x[x.length - 1], y[0], y[y.length - 1]];

/** A part of the plane, so many times larger, in a corner. */
export const lens = (at, reach, layers, words) => ({ kind: "lens", name: "", at, reach, layers, words });
