// The log-likelihood of one unknown mean, and the bound under it: what the explorers of notebook 10 and homework 4 share.

import { logLikelihood, lowerBound } from "../engine/bound.js";
import { argmax, linspace, remembered } from "../engine/numbers.js";
import { COLOURS } from "../painter/colour.js";
import { axis, line, marks, number, panel, text } from "../painter/scene.js";

export const [BOUND, GAP] = COLOURS;
const ROOM = 1.5;
const POINTS = 201;

/** A grid on the line of the data, and L on it. */
export const gridOf = remembered((x) => {
  const grid = linspace(Math.min(...x, 0) - ROOM, Math.max(...x, 0) + ROOM, POINTS);
  return { grid, heights: grid.map((theta) => logLikelihood(x, theta)), room: ROOM };
});

const gapOf = (x, theta, q) => Math.max(logLikelihood(x, theta) - lowerBound(x, q, theta), 0);

/** The sentence that tells L, F and the gap between them. */
export function gapInWords(x, theta, q) {
  const [L, F] = [logLikelihood(x, theta), lowerBound(x, q, theta)];
  const gap = number(Math.round(gapOf(x, theta, q) * 1e4) / 1e4, 3);
  return `θ = ${number(theta)}: L(θ) = ${number(L, 5)}, F(q, θ) = ${number(F, 5)}, and KL(q ‖ p) = ${gap} nats lie between them.`;
}

/** The panel with L, the bound under it, and the gap between them at theta. `touch` is where they touch, if they do. */
export function hills(x, theta, q, touch, above, look = {}) {
  const { grid, heights } = gridOf(x);
  const [least, most] = [Math.min(...heights), Math.max(...heights)];
  const [low, high] = [least - 0.35 * (most - least), most + 0.12 * (most - least)];
  const [L, F] = [logLikelihood(x, theta), lowerBound(x, q, theta)];
  const gap = L - F > 0.02 * (high - low);
  const layers = [
    line(
      "L",
      grid.map((at, i) => [at, heights[i]]),
      "ink",
      { width: 2.4 },
    ),
    line(
      "F",
      grid.map((at) => [at, lowerBound(x, q, at)]),
      BOUND,
      { width: 2.2 },
    ),
    line(
      "gap",
      [
        [theta, Math.max(F, low)],
        [theta, L],
      ],
      GAP,
      { width: 5 },
    ),
    ...(touch === null
      ? []
      : [marks("touch", [[touch, logLikelihood(x, touch)]], BOUND, { size: 12, look: "hollow" })]),
    marks("here", [[theta, L]], "ink", { size: 8 }),
    text([grid[argmax(heights)], most], "L(θ)", "ink", { shift: [0, -10], anchor: "middle" }),
    ...(touch === null ? [] : [text([touch, logLikelihood(x, touch)], "touches", BOUND, { shift: [10, 16] })]),
    ...(gap ? [text([theta, (L + Math.max(F, low)) / 2], "KL", GAP, { shift: [8, 4] })] : []),
    ...labelOfBound(x, q, grid, low),
    ...above,
  ];
  const title = "the bound F(q, θ) under L(θ)";
  return panel(axis(grid[0], grid[grid.length - 1], "θ"), axis(low, high, "nats"), layers, {
    title,
    width: 1.2,
    ...look,
  });
}

/** The name of the bound, on the side where it stays in the picture longest. */
function labelOfBound(x, q, grid, low) {
  const bound = grid.map((at) => lowerBound(x, q, at));
  const seen = grid.filter((_, i) => bound[i] > low);
  if (!seen.length) return [];
  const at = seen[Math.round(0.06 * (seen.length - 1))];
  return [text([at, bound[grid.indexOf(at)]], "F(q, θ)", BOUND, { shift: [8, 2] })];
}
