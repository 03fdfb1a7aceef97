// Explorer 07: EM for a Gaussian mixture, half-step by half-step: good starts, equal components, a collapse, a prior.

import { axesOf } from "../engine/geometry.js";
import { KINDS, added, maximised, mixtureBound, posterior, project, scaled } from "../engine/mixture.js";
import { argmax, centreOf, distinct, last, remembered, spreadOf } from "../engine/numbers.js";
import { weakPrior } from "../engine/prior.js";
import { source } from "../engine/random.js";
import { filledUp, randomPoints } from "../engine/starts.js";
import { fell, settled } from "../engine/stopping.js";
import { lens, number, panel, points } from "../painter/scene.js";
import { fallingStart } from "./collapse.js";
import { RANDOM_START, boxAxes, called, edited, kSlider, limits, plural } from "./data.js";
import { ON_A_LINE, ellipses, knobs, onALine, pulled, shaped, spreadOver, thetaOf } from "./ellipses.js";
import { changedMarks, guessMarks, meanHandles, walk } from "./means.js";
import {
  CLICKS,
  aheadCheck,
  aheadTitle,
  before,
  begun,
  clickChoice,
  clickOf,
  here,
  inHand,
  offBy,
  onTimeline,
  titleOf,
  trace,
} from "./timeline.js";

const MOST = 6;
const DATA = { columns: 2, fewest: 4, most: 2000, refuses: ON_A_LINE };
const EQUATIONS = { E: "6.1", M: "7.2" };
const NARROW = 0.03; // of the spread of the data; a narrower ellipse is shown through a lens

const known = remembered(posterior);
const priorOf = remembered(weakPrior);
const priorIn = ({ X, prior }, k) => (prior ? priorOf(X, k) : null);
const startFrom = (theta) => ({ step: "start", theta, means: theta.means, anchor: null, value: null });

/** The objective at theta with the shares of the anchor: F, and with a prior log p(theta). */
function objective(state, theta, anchor) {
  const { r, logLikelihood } = known(state.X, anchor);
  const F = theta === anchor ? logLikelihood : mixtureBound(state.X, r, theta);
  return F + (priorIn(state, theta.weights.length)?.logDensity(theta, state.covariance) ?? 0);
}

function expected(state, stops) {
  const { theta } = last(stops);
  const next = { step: "E", theta, means: theta.means, anchor: theta, value: objective(state, theta, theta) };
  const values = [...stops.filter((stop) => stop.step === "E"), next].map((stop) => stop.value);
  const rest = settled(values) ? "Nothing is left to gain: the end." : "";
  return { ...next, rest };
}

function maximal(state, stop) {
  const k = stop.theta.weights.length;
  const { theta, sizes, collapsed } = maximised(
    state.X,
    known(state.X, stop.anchor).r,
    stop.theta,
    state.covariance,
    priorIn(state, k),
  );
  if (collapsed >= 0) {
    const tied = state.covariance === "tied";
    const what = tied ? "The shared covariance" : `Component ${collapsed}`;
    const size = number(tied ? state.X.length : sizes[collapsed], 6);
    const trouble = `${what} (R = ${size}) shrank onto a point or line: the likelihood has no bound there; use a prior, or another start.`;
    return { ...stop, step: "M", rest: "The end.", trouble, collapsed };
  }
  const value = objective(state, theta, stop.anchor);
  const empty = sizes.findIndex((R, j) => R === 0 && stop.theta.weights[j] > 0);
  let trouble = empty < 0 ? "" : `Component ${empty} has lost all data and keeps its place; start from others.`;
  if (fell(stop.value, value))
    trouble = `The objective fell by ${number(stop.value - value)}: no step may lower it.`;
  return { step: "M", theta, means: theta.means, anchor: stop.anchor, value, trouble };
}

const step = (state) => (stops) =>
  last(stops).step === "E" ? maximal(state, last(stops)) : expected(state, stops);

/** The start with covariances of the model's kind. */
function ofKind({ weights, means, covariances }, kind) {
  const k = covariances.length;
  const pooled = kind === "tied" ? covariances.map(() => scaled(added(covariances), 1 / k)) : covariances;
  return { weights, means, covariances: pooled.map((each) => project(each, kind)) };
}

const restarted = (state, theta, ahead = state.way?.ahead ?? false) => ({
  ...state,
  way: begun(startFrom(ofKind(theta, state.covariance)), ahead),
  guesses: [],
});
const thetaInHand = ({ way }) => inHand(way).theta;
const sizeOf = (state) => thetaInHand(state).weights.length;

function begin({ X, names, start, covariance, prior, ahead }) {
  return restarted({ X, names, covariance, prior, unit: spreadOf(X), box: limits(X, 0.12) }, start, ahead);
}

/** Each component takes the same share of each datum, and they stay equal. */
const equalStart = ({ X }, k) => spreadOver(X, Array(k).fill(centreOf(X)));

const drawn = (state, k, seed) => restarted(state, spreadOver(state.X, randomPoints(state.X, k, source(seed))));

function set(state, { name, value, seed }) {
  const { theta } = state.way.stops[0];
  if (name !== "k") return restarted({ ...state, [name]: value }, theta);
  return restarted(state, spreadOver(state.X, filledUp(state.X, theta.means, value, source(seed))));
}

function act(state, event) {
  const { kind, name, seed } = event;
  const theta = thetaInHand(state);
  const X = edited(state.X, event, DATA);
  if (X) return X === state.X || onALine(X) ? state : dataChanged(state, X, event);
  if (kind === "move") return restarted(state, thetaOf(pulled(shaped(theta, state.unit), event.handle, event.at)));
  if (name === "Random start") return drawn(state, sizeOf(state), seed);
  if (name === "Alike") return restarted(state, equalStart(state, sizeOf(state)));
  if (name === "Collapse") return restarted(state, fallingStart(state.X, sizeOf(state)), false);
  return kind === "set" ? set(state, event) : state;
}

function dataChanged(state, X, { kind, seed }) {
  const next = { ...state, X, unit: spreadOf(X) };
  if (kind !== "data") return restarted(next, thetaInHand(state));
  return drawn({ ...next, box: limits(X, 0.12) }, Math.min(sizeOf(state), distinct(X)), seed);
}

const controls = (state) => [
  RANDOM_START,
  { kind: "button", name: "Alike" },
  { kind: "button", name: "Collapse", tip: "A narrow component on a few data" },
  kSlider("components", state.X, MOST, sizeOf(state)),
  {
    kind: "choice",
    name: "covariance",
    label: "covariances",
    options: called(KINDS),
    value: state.covariance,
  },
  { kind: "check", name: "prior", label: "prior", value: state.prior },
  aheadCheck(state),
  clickChoice(state, CLICKS),
];

/** The data whose largest share is another one since the last E-step. */
function changedData({ X, way }) {
  const [old, now] = [way.stops[way.at - 2], here(way)];
  if (now.step !== "E" || !old?.anchor) return [];
  const [was, is] = [old.anchor, now.anchor].map((anchor) => known(X, anchor).r);
  return X.filter((_, i) => argmax(was[i]) !== argmax(is[i]));
}

/** The component that is too narrow to be seen, -1 if there is none. */
const narrowest = ({ unit }, { covariances }) =>
  covariances.findIndex((S) => Math.hypot(...axesOf(S, unit)[1].map((value, a) => value / unit[a])) < NARROW);

function glass(state, theta, dots) {
  const j = narrowest(state, theta);
  if (j < 0) return [];
  const [a, , c] = theta.covariances[j];
  const wide = Math.max(Math.sqrt(a) / state.unit[0], Math.sqrt(c) / state.unit[1], 1e-7);
  const times = number(1 / (3 * wide), 2);
  const reach = state.unit.map((u) => 5 * wide * u);
  return [lens(theta.means[j], reach, [dots, ...ellipses(theta)], `component ${j}, × ${times}`)];
}

function plane(state) {
  const { X, way, box, names, click, unit } = state;
  const stop = here(way);
  const dots = points(X, stop.anchor && known(X, stop.anchor).r, { drag: click === "data" });
  const theta = thetaInHand(state);
  const look = { word: "mean of component", hollow: narrowest(state, theta) };
  return [
    dots,
    changedMarks(way.ahead ? [] : changedData(state)),
    ...ellipses(stop.theta),
    ...walk(way),
    ...guessMarks(state.guesses),
    ...glass(state, stop.theta, dots),
    ...(way.ahead ? [] : knobs(shaped(theta, unit), names)),
    ...meanHandles(theta.means, box, names, look),
  ];
}

function scene(state) {
  const { way, names, box, unit, prior } = state;
  const label = prior ? "F + log p(θ) / nats" : "F / nats";
  const look = { title: titleOf(way, EQUATIONS, aheadTitle(way)), width: 1.35, units: unit, click: clickOf(state) };
  const looks = { E: { look: "hollow" }, M: { shape: 2 } };
  return {
    panels: [
      panel(...boxAxes(box, names), plane(state), look),
      trace(way, { title: "bound F: ○ E, ■ M", label, looks }),
    ],
    name: `EM for ${plural(sizeOf(state), "Gaussian component")}; beside it the objective after each half-step.`,
    say: say(state),
    notice: here(way).trouble || alike(here(way).theta),
  };
}

/** What is so while all components are alike: an E-step shares each datum evenly, and they stay alike. */
function alike({ weights, means, covariances }) {
  const equal = (list) => list.every((one) => JSON.stringify(one) === JSON.stringify(list[0]));
  if (weights.length < 2 || !equal(means) || !equal(covariances)) return "";
  return "All components are alike: EM cannot tell them apart, and they stay alike; drag one of them away.";
}

function say(state) {
  const { way, prior, guesses } = state;
  const { step, theta, means, anchor, value, rest } = here(way);
  const weights = `Weights: ${theta.weights.map((weight) => number(weight, 3)).join(", ")}.`;
  if (!anchor) return `The start: ${plural(means.length, "component")}, no shares yet. ${weights}`;
  const what = step === "E" ? (prior ? "log-likelihood + log prior" : "log-likelihood") : "bound";
  const old = before(way)?.value ?? null;
  const gain = old === null || way.ahead ? "" : `, ${number(value - old, 3)} more`;
  const changed = way.ahead ? 0 : changedData(state).length;
  const said = [
    `${step}-step, ${plural(Math.floor(way.at / 2), "round")} done: ${what} ${number(value, 6)}${gain}.`,
    changed && `${plural(changed, "datum", "data")} changed colour.`,
    step === "M" && offBy(guesses, means).trim(),
    rest,
    weights,
  ];
  return said.filter(Boolean).join(" ");
}

export const mixture = onTimeline(step, {
  kind: "Mixture",
  begin,
  guesses: sizeOf,
  act,
  controls,
  scene,
  data: DATA,
  next: ({ way }) => (here(way).step === "E" ? "M-step" : "E-step"),
  pack: ({ X, covariance, prior, way }) => ({ X, covariance, prior, start: way.stops[0].theta }),
  mirror({ X, way }) {
    const { theta, anchor, value, collapsed = null } = here(way);
    const r = anchor && known(X, anchor).r;
    return { theta, anchor, r, objective: value, collapsed };
  },
});
