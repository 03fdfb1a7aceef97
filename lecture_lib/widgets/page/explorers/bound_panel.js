// The log-likelihood of one unknown mean, and the bound under it: what the explorers of notebook 10 and homework 4 share.

import { argmax, last, linspace, remembered } from "../engine/numbers.js";
import { logLikelihood, lowerBound } from "../engine/one_mean.js";
import { COLOURS } from "../painter/colour.js";
import { axis, line, marks, number, panel, text } from "../painter/scene.js";

export const BOUND = COLOURS[0];
export const GAP = COLOURS[1];
const ROOM = 1.5;
const POINTS = 201;

/** A grid on the line of the data, and L on it. */
export const gridOf = remembered((x) => {
  const grid = linspace(Math.min(...x, 0) - ROOM, Math.max(...x, 0) + ROOM, POINTS);
  return { grid, heights: grid.map((theta) => logLikelihood(x, theta)), room: ROOM };
});

/** The sentence that tells L, F and the gap between them. */
export function gapInWords(x, theta, q) {
  const [L, F] = [logLikelihood(x, theta), lowerBound(x, q, theta)];
  const gap = number(Math.round(Math.max(L - F, 0) * 1e4) / 1e4, 3);
  return `θ = ${number(theta)}: L(θ) = ${number(L, 5)}, F(q, θ) = ${number(F, 5)}, and KL(q ‖ p) = ${gap} nats lie between them.`;
}

/** The panel with L, the bound under it, and the gap between them at theta. `touch` is where they touch, if they do. */
export function boundPanel(x, theta, q, touch, above, look = {}) {
  const { grid, heights } = gridOf(x);
  const [least, most] = [Math.min(...heights), Math.max(...heights)];
  const [low, high] = [least - 0.35 * (most - least), most + 0.12 * (most - least)];
  const [L, F] = [logLikelihood(x, theta), lowerBound(x, q, theta)];
  const bottom = Math.max(F, low);
  const bound = grid.map((at) => [at, lowerBound(x, q, at)]);
  const layers = [
    line(
      "L",
      grid.map((at, i) => [at, heights[i]]),
      "ink",
      { width: 2.4 },
    ),
    line("F", bound, BOUND, { width: 2.2 }),
    line(
      "gap",
      [bottom, L].map((height) => [theta, height]),
      GAP,
      { width: 5 },
    ),
    ...(touch === null ? [] : touching([touch, logLikelihood(x, touch)])),
    marks("here", [[theta, L]], "ink", { size: 8 }),
    text([grid[argmax(heights)], most], "L(θ)", "ink", { shift: [0, -14], anchor: "center" }),
    ...(L - F > 0.02 * (high - low) ? [text([theta, (L + bottom) / 2], "KL", GAP, { shift: [8, 0] })] : []),
    ...nameOfBound(bound.filter(([, height]) => height > low)),
    ...above,
  ];
  const title = "the bound F(q, θ) under L(θ)";
  return panel(axis(grid[0], last(grid), "θ"), axis(low, high, "nats"), layers, { title, ...look });
}

const touching = (at) => [
  marks("touch", [at], BOUND, { size: 12, look: "hollow" }),
  text(at, "touches", BOUND, { shift: [10, 12] }),
];

/** The name of the bound, on the left of what is seen of it. */
const nameOfBound = (places) =>
  places.length ? [text(places[Math.round(0.06 * (places.length - 1))], "F(q, θ)", BOUND, { shift: [8, -2] })] : [];
