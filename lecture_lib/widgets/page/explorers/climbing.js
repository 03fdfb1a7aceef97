// Explorer 06: climb the likelihood of a mixture by hand, along gradient arrows, and compare with EM.

import { gradMeans, maximised, posterior } from "../engine/mixture.js";
import { last, remembered, spreadOf } from "../engine/numbers.js";
import { source } from "../engine/random.js";
import { randomPoints } from "../engine/starts.js";
import { settled } from "../engine/stopping.js";
import { colour } from "../painter/colour.js";
import { arrow, number, panel, points } from "../painter/scene.js";
import { indexIn } from "./means.js";
import { begun, here, onward, seek, trace } from "./timeline.js";
import { RANDOM_START, boxAxes, kSlider, limits, plural } from "./data.js";
import {
  ON_A_LINE,
  ellipses,
  handlesOf,
  pulled,
  shaped,
  spreadOver,
  thetaOf,
  weighed,
  weightSliders,
} from "./ellipses.js";

const MOST = 4;
const MOST_STEPS = 1000;
const LONGEST = 0.2; // of the longest arrow, as a share of the picture
const HALF = 12; // slope, as a share of the picture, whose arrow is half as long
const RIM = 15; // pixels; arrows begin beside the handle of their mean
const LOOKS = { start: {}, "by hand": { look: "hollow" }, gradient: { shape: 1 }, EM: { shape: 2 } };

const known = remembered(posterior);

const stopAt = (X, step, shape, drag = "") => ({
  step,
  shape,
  drag,
  value: known(X, thetaOf(shape)).logLikelihood,
});

/** What EM reaches from a start: its parameters and log-likelihoods so far. */
const summitFrom = (X, theta) => ({ theta, values: [known(X, theta).logLikelihood], done: false });

function placed({ names, rate }, X, theta, origin = theta) {
  const unit = spreadOf(X);
  const way = begun(stopAt(X, "start", shaped(theta, unit)));
  return { X, names, rate, box: limits(X, 0.15), unit, way, origin, summit: summitFrom(X, origin), trouble: "" };
}

const begin = ({ X, names, start, origin = start, rate = 3e-4 }) => placed({ names, rate }, X, start, origin);

/** One EM step more towards the summit. */
function climbed(state) {
  const { X, summit } = state;
  if (summit.done) return null;
  const { theta, collapsed } = maximised(X, known(X, summit.theta).r, summit.theta, "full", null);
  if (collapsed >= 0) return { ...state, summit: { ...summit, done: true } };
  const values = [...summit.values, known(X, theta).logLikelihood];
  return { ...state, summit: { theta, values, done: settled(values) || values.length > MOST_STEPS } };
}

/** The state at another mixture: one move more, or the same move still on its way. */
function gone(state, step, shape, drag = "") {
  const { X, way } = state;
  const from = drag && here(way).drag === drag ? seek(way, way.at - 1) : way;
  return { ...state, way: onward(from, stopAt(X, step, shape, drag)), trouble: "" };
}

/** The gradient in the means, in units of the spread of each column. */
function slope({ X, way, unit }) {
  const theta = thetaOf(here(way).shape);
  return gradMeans(X, known(X, theta).r, theta).map((g) => g.map((value, a) => value * unit[a]));
}

function gradientStep(state) {
  const { shape } = here(state.way);
  const steps = slope(state);
  const means = shape.means.map((m, j) => m.map((value, a) => value + state.rate * steps[j][a] * state.unit[a]));
  return gone(state, "gradient", { ...shape, means });
}

function emStep(state) {
  const { X, way, unit } = state;
  const theta = thetaOf(here(way).shape);
  const moved = maximised(X, known(X, theta).r, theta, "full", null);
  if (moved.collapsed < 0) return gone(state, "EM", shaped(moved.theta, unit));
  return {
    ...state,
    trouble: `Component ${moved.collapsed} would shrink onto a point or line: pull its ellipse wider.`,
  };
}

function act(state, event) {
  const { X, way } = state;
  const { shape } = here(way);
  const random = (data, k) => spreadOver(data, randomPoints(data, k, source(event.seed)));
  if (event.kind === "seek") return { ...state, way: seek(way, event.at), trouble: "" };
  if (event.kind === "move") return gone(state, "by hand", pulled(shape, event.handle, event.at), event.drag);
  if (event.kind === "data") return placed(state, event.X, random(event.X, shape.means.length));
  if (event.name === "Gradient step") return gradientStep(state);
  if (event.name === "EM step") return emStep(state);
  if (event.name === "Random start") return placed(state, X, random(X, shape.means.length));
  if (event.name === "k") return placed(state, X, random(X, event.value));
  if (event.name === "rate") return { ...state, rate: event.value };
  if (event.name?.startsWith("weight-")) {
    return gone(state, "by hand", weighed(shape, indexIn(event.name), event.value), event.drag);
  }
  return state;
}

const controls = ({ X, way, rate }) => [
  { kind: "button", name: "Gradient step", tip: "Move means along their arrows, eq. 6.2", main: true },
  { kind: "button", name: "EM step", main: true },
  RANDOM_START,
  {
    kind: "slider",
    name: "rate",
    label: "step size",
    low: -5,
    high: -1,
    step: 0.1,
    log: true,
    value: rate,
    words: number(rate, 2),
  },
  kSlider("components", X, MOST, here(way).shape.means.length),
  ...weightSliders(here(way).shape),
];

/** An arrow for each gradient; long ones are cut, so that all stay in the picture. */
function arrows(state) {
  const { box, unit, way } = state;
  const extent = [0, 1].map((a) => box[1][a] - box[0][a]);
  return slope(state).map((g, j) => {
    const scale = LONGEST / (Math.hypot(...g.map((value, a) => (value * unit[a]) / extent[a])) + HALF);
    const start = here(way).shape.means[j];
    const end = start.map((value, a) => value + scale * g[a] * unit[a]);
    return arrow(`arrow ${j}`, start, end, colour(j), RIM);
  });
}

function scene(state) {
  const { X, names, box, unit, way, summit } = state;
  const { shape, step, value } = here(way);
  const theta = thetaOf(shape);
  const plane = [
    points(X, known(X, theta).r),
    ...ellipses(theta),
    ...arrows(state),
    ...handlesOf(shape, box, names),
  ];
  const top = last(summit.values);
  const goal = { at: top, words: `EM: ${number(top, 6)}` };
  const gap = top - value;
  const compared = `${number(Math.abs(gap))} nats ${gap < 0 ? "above" : "below"} EM`;
  const steep = number(Math.max(...slope(state).map((g) => Math.hypot(...g))), 3);
  return {
    panels: [
      panel(...boxAxes(box, names), plane, {
        title: way.at ? `move ${way.at}: ${step}` : "drag means and axes",
        width: 1.35,
        units: unit,
      }),
      trace(way, { title: "log-likelihood on your way", label: "nats", looks: LOOKS, goal, steps: "move" }),
    ],
    name: `${plural(shape.means.length, "Gaussian component")} with arrows for the gradient; beside them the log-likelihood of each move.`,
    say: `Log-likelihood ${number(value, 6)} after ${plural(way.at, "move")}: ${compared} from the same start. Steepest slope: ${steep}.`,
    notice: state.trouble,
  };
}

export const climbing = {
  kind: "Climbing",
  begin,
  act,
  controls,
  scene,
  data: { columns: 2, fewest: 3, most: 2000, refuses: ON_A_LINE },
  work: climbed,
  pack: ({ X, way, rate, origin }) => ({ X, rate, start: thetaOf(here(way).shape), origin }),
  mirror(state) {
    const { X, way, summit } = state;
    const { shape, value, step } = here(way);
    const theta = thetaOf(shape);
    return {
      mixture: { ...theta, axes: shape.axes },
      step,
      height: value,
      summit: last(summit.values),
      slope: slope(state),
      r: known(X, theta).r,
    };
  },
};
