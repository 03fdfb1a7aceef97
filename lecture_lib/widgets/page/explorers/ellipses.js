// A Gaussian mixture that is shaped by hand: {weights, means, axes}, where axes[j] are two half axes, one standard
// deviation long, at right angles in the units `unit`. `kept` remembers proportions of weights that went to 0.

import { WIDTHS, axesOf, covarianceOf, ellipse, turned } from "../engine/geometry.js";
import { scaled } from "../engine/mixture.js";
import { remembered, replaced, sum } from "../engine/numbers.js";
import { covariance } from "../engine/soft.js";
import { colour } from "../painter/colour.js";
import { handle, line } from "../painter/scene.js";
import { meanHandles, places } from "./means.js";

const LEAST = 0.01; // in units of the data's spread; a half axis is never pulled shorter
const APART = 27; // pixels from a mean to its knobs, however flat the ellipse

export const shaped = ({ weights, means, covariances }, unit) => ({
  weights,
  means,
  axes: covariances.map((each) => axesOf(each, unit)),
  unit,
  kept: weights.map((weight) => weight || 1 / weights.length),
});

export const thetaOf = remembered(({ weights, means, axes }) => {
  return { weights, means, covariances: axes.map(covarianceOf) };
});

/** Another weight of component j; the others keep their proportions, also when they come back from nothing. */
export function weighed(shape, j, weight) {
  if (shape.weights.length === 1) return shape;
  const others = sum(shape.kept) - shape.kept[j];
  const weights = shape.kept.map((share, l) => (l === j ? weight : ((1 - weight) * share) / others));
  return { ...shape, weights, kept: weights.map((share, l) => (share > 0 ? share : shape.kept[l])) };
}

/** The mixture after one of its handles was moved. */
export function pulled(shape, name, at) {
  const [kind, j, a] = name.split("-");
  const { means, axes, unit } = shape;
  if (kind === "mean") return { ...shape, means: replaced(means, Number(j), at) };
  const end = at.map((value, c) => (value - means[j][c]) / WIDTHS);
  return { ...shape, axes: replaced(axes, Number(j), turned(axes[j], Number(a), end, unit, LEAST)) };
}

export const ellipses = ({ means, covariances }) =>
  means.map((mean, j) =>
    line(`ellipse ${j}`, ellipse(mean, covariances[j]), colour(j), { width: 2.2, halo: true, fill: 0.07 }),
  );

/** Two knobs on each ellipse. */
export const knobs = ({ means, axes }, names) =>
  means.flatMap((mean, j) =>
    axes[j].map((axis, a) => {
      const at = mean.map((value, c) => value + WIDTHS * axis[c]);
      const label = `${["first", "second"][a]} axis of component ${j}`;
      return handle(`axis-${j}-${a}`, at, {
        label,
        value: places(at, names),
        colour: colour(j),
        style: "knob",
        from: mean,
        apart: APART,
      });
    }),
  );

export const handlesOf = (shape, box, names) => [
  ...knobs(shape, names),
  ...meanHandles(shape.means, box, names, { word: "mean of component" }),
];

/** Equal weights, given means, and for each component the covariance of the data over k. */
export const spreadOver = (X, means) => ({
  weights: means.map(() => 1 / means.length),
  means,
  covariances: means.map(() => scaled(covariance(X), 1 / means.length)),
});

/** Whether data lie on a line, but for rounding: no Gaussian fits them then. */
export function onALine(X) {
  const [a, b, c] = covariance(X);
  return a * c - b * b <= 1e-10 * a * c;
}

/** What is said of such data that are pasted. */
export const ON_A_LINE = (X) => (onALine(X) ? "All data lie on a line, which no Gaussian fits; paste others." : "");

/** One slider for each weight. */
export const weightSliders = ({ weights }) =>
  weights.length < 2
    ? []
    : weights.map((weight, j) => ({
        kind: "slider",
        name: `weight-${j}`,
        label: `weight π${"₀₁₂₃"[j]}`,
        low: 0,
        high: 1,
        step: 0.01,
        value: weight,
      }));
