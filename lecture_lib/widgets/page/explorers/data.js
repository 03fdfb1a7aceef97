// The data of an explorer: the box around them, and what a hand may do to them.

import { distinct, range, replaced } from "../engine/numbers.js";
import { axis } from "../painter/scene.js";

/** The corners of a box around data. */
export function limits(X, margin = 0.07) {
  const sides = range(X[0].length).map((a) => {
    const values = X.map((x) => x[a]);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const room = margin * (high - low || 1);
    return [low - room, high + room];
  });
  return [sides.map(([low]) => low), sides.map(([, high]) => high)];
}

/** @type {(box: number[][], names: string[]) => [any, any]} */
export const boxAxes = ([low, high], [x, y]) => [axis(low[0], high[0], x), axis(low[1], high[1], y)];

/** The data after one was added, removed, moved, or all were replaced; null for any other event. */
export function edited(X, event, { fewest, most }) {
  if (event.kind === "data") return event.X;
  if (event.kind === "add") return X.length < most ? [...X, event.at] : X;
  if (event.kind === "remove") return X.length > fewest ? X.filter((_, i) => i !== event.index) : X;
  const which = event.kind === "move" && /^datum-(\d+)$/.exec(event.handle);
  return which ? replaced(X, Number(which[1]), event.at) : null;
}

export const RANDOM_START = { kind: "button", name: "Random start" };

/** The slider for the number of means or components: at most so many, and no more than different data. */
export const kSlider = (word, X, most, value) => ({
  kind: "slider",
  name: "k",
  label: `${word} k`,
  low: 1,
  high: Math.max(Math.min(most, distinct(X)), value),
  step: 1,
  value,
});

/** Options of a choice that are called what they are. */
export const called = (names) => Object.fromEntries(names.map((name) => [name, name]));

export const plural = (n, word, more = `${word}s`) => `${n} ${n === 1 ? word : more}`;
