// Means in the plane: their handles, the territories around them, the ways that they took, predictions of them.

import { range } from "../engine/numbers.js";
import { cells } from "../engine/geometry.js";
import { colour } from "../painter/colour.js";
import { arrow, handle, line, marks, number } from "../painter/scene.js";
import { before, here, seen } from "./timeline.js";

/** Where something is, in words, with the units of the axes. */
export const places = (at, names) =>
  at.map((value, a) => `${number(value)} ${(names[a] ?? "").split(" / ")[1] ?? ""}`.trim()).join(", ");

const [EQUAL, HIDDEN] = [1e-6, 0.02]; // of the box: means so near to each other are equal, or hide each other

/**
 * The numbers of means that hide each other, written on each of them: "0=1" where they are equal, else "0,1".
 * @type {(means: number[][], box: number[][]) => string[]}
 */
export const captionsOf = (means, [low, high]) =>
  means.map((mean) => {
    const near = (share) =>
      range(means.length).filter((l) =>
        mean.every((v, a) => Math.abs(v - means[l][a]) <= share * (high[a] - low[a])),
      );
    const there = near(HIDDEN);
    return there.join(near(EQUAL).length === there.length ? "=" : ",");
  });

/**
 * Means that can be dragged, numbered from 0; those that hide each other bear all their numbers.
 * @param {number[][]} means
 * @param {number[][]} box
 * @param {string[]} names
 * @param {{word?: string, hollow?: number}} look `hollow` is the one that would hide what is below it, if any does
 */
export function meanHandles(means, box, names, { word = "mean", hollow = -1 } = {}) {
  const captions = captionsOf(means, box);
  return means.map((at, j) =>
    handle(`mean-${j}`, at, {
      label: `${word} ${j}`,
      value: places(at, names),
      colour: colour(j),
      caption: captions[j],
      hollow: j === hollow,
    }),
  );
}

/** Which mean, component or datum a handle or a slider belongs to. */
export const indexIn = (handle) => Number(handle.split("-")[1]);

/** The plane shaded by nearest mean, far beyond the box. */
export function territories(means, [low, high]) {
  const far = [0, 1].map((a) => 40 * Math.max(...[0, 1].map((b) => high[b] - low[b])) + high[a] - low[a]);
  const found = cells(means, [low[0] - far[0], low[1] - far[1]], [high[0] + far[0], high[1] + far[1]]);
  return found.flatMap((cell, j) => (cell.length > 2 ? [line("", cell, colour(j), { width: 0, fill: 0.13 })] : []));
}

/** A way that was taken, with a dot at each stop. */
export const trail = (places, tint, size = 6) => [
  line("", places, tint, { width: 2.2, halo: true }),
  marks("", places, tint, { size }),
];

/** The ways that means took, with a small dot at each stop; then where they end, or the arrows of the last update. */
export function walk(way) {
  const ways = way.stops[0].means.map((_, j) => seen(way).map(({ means }) => means[j]));
  return [
    ...ways.flatMap((places, j) => trail(places, colour(j))),
    ...(way.ahead ? rings(here(way).means) : updateArrows(way)),
  ];
}

const rings = (means) => means.map((at, j) => marks(`end ${j}`, [at], colour(j), { size: 15, look: "hollow" }));

/** Arrows along which the update that is shown moved the means. */
function updateArrows(way) {
  if (!["update", "M"].includes(here(way).step)) return [];
  return before(way).means.map((m, j) => arrow("", m, here(way).means[j], colour(j)));
}

/** Predictions, ringed. */
export const guessMarks = (guesses, tint = colour) =>
  guesses.map((at, j) => marks(`guess ${j}`, [at], tint(j), { shape: 3, size: 16, look: "hollow" }));

export const changedMarks = (data) => marks("changed", data, "ink", { size: 13, look: "ring" });
