// Explorer 05: build a mixture by hand, and draw from it.

import { posterior } from "../engine/mixture.js";
import { range, remembered, sum } from "../engine/numbers.js";
import { normal, source, uniform } from "../engine/random.js";
import { sample } from "../engine/sampling.js";
import { colour } from "../painter/colour.js";
import { axis, line, number, panel, points } from "../painter/scene.js";
import { boxAxes, plural } from "./data.js";
import { ellipses, handlesOf, pulled, shaped, thetaOf, weighed, weightSliders } from "./ellipses.js";
import { indexIn } from "./means.js";

const MOST = 4;
const UNIT = [1, 1];
const NAMES = ["x₁", "x₂"];
const BOX = [
  [0, 0],
  [10, 10],
];
const VIEWS = {
  complete: "complete: the component is known",
  incomplete: "incomplete: it is not",
  responsibilities: "responsibilities: what can be inferred",
};

const drawnNow = remembered(sample);
const known = remembered(posterior);

const begin = ({ theta, n, seed, view = "complete" }) => ({ shape: shaped(theta, UNIT), n, seed, view });

const axesFrom = (long, short, angle) => [
  [long * Math.cos(angle), long * Math.sin(angle)],
  [-short * Math.sin(angle), short * Math.cos(angle)],
];

function randomMixture(k, seed) {
  const random = source(seed);
  const means = range(k).map(() => [uniform(random, 2, 8), uniform(random, 2, 8)]);
  const axes = means.map(() =>
    axesFrom(uniform(random, 0.3, 1.5), uniform(random, 0.3, 0.8), uniform(random, 0, Math.PI)),
  );
  const shares = means.map(() => 0.3 + Math.abs(normal(random)));
  const weights = shares.map((share) => share / sum(shares));
  return { weights, kept: weights, means, axes, unit: UNIT };
}

function resized({ means, axes, kept }, k, seed) {
  const fresh = randomMixture(k, seed);
  const shares = [...kept, ...fresh.weights.map(() => 1 / kept.length)].slice(0, k);
  const weights = shares.map((share) => share / sum(shares));
  const more = fresh.means.map(() => axesFrom(0.8, 0.8, 0));
  return {
    ...fresh,
    weights,
    kept: weights,
    means: [...means, ...fresh.means].slice(0, k),
    axes: [...axes, ...more].slice(0, k),
  };
}

function act(state, { kind, name, value, handle, at, seed }) {
  const of = (next) => ({ ...state, shape: next });
  const { shape } = state;
  if (kind === "move") return of(pulled(shape, handle, at));
  if (name === "Draw again") return { ...state, seed };
  if (name === "Random mixture") return of(randomMixture(shape.means.length, seed));
  if (kind !== "set") return state;
  if (name === "k") return of(resized(shape, value, seed));
  if (name.startsWith("weight-")) return of(weighed(shape, indexIn(name), value));
  return { ...state, [name]: value };
}

const controls = ({ shape, n, view }) => [
  { kind: "button", name: "Draw again", main: true },
  { kind: "button", name: "Random mixture" },
  { kind: "choice", name: "view", label: "show", options: VIEWS, value: view },
  { kind: "slider", name: "n", label: "data n", low: 10, high: 2000, step: 10, value: n, words: String(n) },
  { kind: "slider", name: "k", label: "components k", low: 1, high: MOST, step: 1, value: shape.means.length },
  ...weightSliders(shape),
];

const BAR = { width: 0, fill: 0.55 };

/** Bars for the shares that were drawn, and a line for each weight. */
function sharesPanel(weights, drawn) {
  const across = (j, left, right, height) => [
    [j - left, height],
    [j + right, height],
  ];
  const bars = weights.flatMap((weight, j) => [
    line(`bar ${j}`, [...across(j, 0.3, 0.3, 0), ...across(j, -0.3, -0.3, drawn[j])], colour(j), BAR),
    line(`weight ${j}`, across(j, 0.4, 0.4, weight), "ink", { width: 2.5 }),
  ]);
  const x = axis(
    -0.6,
    weights.length - 0.4,
    "component",
    weights.map((_, j) => [j, String(j)]),
  );
  const top = Math.min(1.15 * Math.max(...weights, ...drawn), 1.05);
  return panel(x, axis(0, top, "share of the data"), bars, {
    title: "weights (line), drawn (bar)",
    width: 0.62,
    tall: 0.5,
  });
}

/** Who sees only the dots sees neither ellipses nor shares. */
function scene(state) {
  const { shape, n, seed, view } = state;
  const theta = thetaOf(shape);
  const { X, z } = drawnNow(theta, n, seed);
  const { r, logLikelihood } = known(X, theta);
  const hidden = view === "incomplete";
  const shares = { complete: z, incomplete: null, responsibilities: r }[view];
  const k = shape.means.length;
  const counts = range(k).map((j) => z.filter((one) => one === j).length);
  const dots = points(X, shares, { size: n <= 600 ? 6 : 4.5 });
  const layers = hidden ? [dots] : [dots, ...ellipses(theta), ...handlesOf(shape, BOX, NAMES)];
  const data = panel(...boxAxes(BOX, NAMES), layers, { title: VIEWS[view], units: UNIT });
  const L = `Log-likelihood of the mixture: ${number(logLikelihood, 6)} nats.`;
  return {
    panels: hidden
      ? [data]
      : [
          data,
          sharesPanel(
            theta.weights,
            counts.map((count) => count / n),
          ),
        ],
    name: hidden
      ? `${n} data from a mixture.`
      : `${n} data from ${plural(k, "Gaussian component")}; beside them the weight and the share of each.`,
    say: hidden ? `${n} data. How many components do you count?` : `Drawn: ${counts.join(", ")} of ${n}. ${L}`,
    notice: "",
  };
}

export const sampling = {
  kind: "Sampling",
  begin,
  act,
  controls,
  scene,
  pack: ({ shape, n, seed, view }) => ({ theta: thetaOf(shape), n, seed, view }),
  mirror({ shape, n, seed }) {
    const theta = thetaOf(shape);
    const { X, z } = drawnNow(theta, n, seed);
    const { r, logLikelihood } = known(X, theta);
    return { mixture: theta, X, z, r, likelihood: logLikelihood };
  },
};
