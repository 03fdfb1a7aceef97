// What several explorers show and do: the box around data, means, territories, paths; data that are added or removed.

import { distinct, range, replaced } from "../engine/numbers.js";
import { cells } from "../engine/geometry.js";
import { arrow, colour, handle, line, marks, number } from "../painter/scene.js";
import { before, here } from "./journey.js";

export const CLICKS = { nothing: "nothing", data: "adds or removes data", guess: "predicts" };

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

/** Where something is, in words, with the units of the axes. */
export const places = (at, names) =>
  at.map((value, a) => `${number(value)} ${(names[a] ?? "").split(" / ")[1] ?? ""}`.trim()).join(", ");

/** The numbers of means at one place, written on each of them. */
const captionOf = (means, j, close) =>
  range(means.length)
    .filter((l) => means[l].every((value, a) => Math.abs(value - means[j][a]) <= close[a]))
    .join("=");

/** Means that can be dragged, numbered from 0; those at one place bear all their numbers. */
export function meanHandles(means, box, names, { word = "mean", hollow = () => false } = {}) {
  const close = range(2).map((a) => 1e-6 * (box[1][a] - box[0][a]));
  return means.map((at, j) =>
    handle(`mean-${j}`, at, {
      label: `${word} ${j}`,
      value: places(at, names),
      colour: colour(j),
      caption: captionOf(means, j, close),
      hollow: hollow(j),
    }),
  );
}

/** The plane shaded by nearest mean, far beyond the box. */
export function territories(means, [low, high]) {
  const far = [0, 1].map((a) => 40 * Math.max(...[0, 1].map((b) => high[b] - low[b])) + high[a] - low[a]);
  const found = cells(means, [low[0] - far[0], low[1] - far[1]], [high[0] + far[0], high[1] + far[1]]);
  return found.flatMap((cell, j) => (cell.length > 2 ? [line("", cell, colour(j), { width: 0, fill: 0.13 })] : []));
}

/** The ways that means took: lines, and a small dot at each stop. */
export function paths(stops) {
  const ways = stops[0].map((_, j) => stops.map((means) => means[j]));
  return [
    ...ways.map((way, j) => line("", way, colour(j), { width: 2, halo: true })),
    ...ways.map((way, j) => marks("", way, colour(j), { size: 6 })),
  ];
}

export const rings = (means) =>
  means.map((at, j) => marks(`end ${j}`, [at], colour(j), { size: 15, look: "hollow" }));

/** The data after one was added, removed, moved, or all were replaced; null for any other event. */
export function edited(X, event, { fewest, most }) {
  if (event.kind === "data") return event.X;
  if (event.kind === "add") return X.length < most ? [...X, event.at] : X;
  if (event.kind === "remove") return X.length > fewest ? X.filter((_, i) => i !== event.index) : X;
  const which = event.kind === "move" && /^datum-(\d+)$/.exec(event.handle);
  return which && Number(which[1]) < X.length ? replaced(X, Number(which[1]), event.at) : null;
}

/** The greatest k that the data allow. */
export const mostClusters = (X, most) => Math.min(most, distinct(X));

export const plural = (n, word, more = `${word}s`) => `${n} ${n === 1 ? word : more}`;

/** Guesses, ringed, and how far they were off. */
export const guessMarks = (guesses) =>
  guesses.map((at, j) => marks(`guess ${j}`, [at], colour(j), { shape: 3, size: 16, look: "hollow" }));

/** Arrows along which the update that is shown moved the means. */
export function movesOf(way) {
  if (!["update", "M"].includes(here(way).step)) return [];
  return before(way).means.map((m, j) => arrow("", m, here(way).means[j], colour(j)));
}
