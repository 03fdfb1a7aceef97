// Explorer 07: EM for a Gaussian mixture, half-step by half-step: good starts, a trap, a collapse, and the prior.

import { eigen } from "../engine/geometry.js";
import { KINDS, added, maximised, mixtureBound, posterior, project } from "../engine/mixture.js";
import { argmax, distinct, last, range, remembered, spread } from "../engine/numbers.js";
import { weakPrior } from "../engine/prior.js";
import { source } from "../engine/random.js";
import { randomPoints } from "../engine/starts.js";
import { fell, settled } from "../engine/stopping.js";
import { lens, number, panel, points } from "../painter/scene.js";
import { fallingStart } from "./collapse.js";
import { boxAxes, edited, kSlider, limits, plural } from "./data.js";
import {
  ON_A_LINE,
  ellipses,
  knobs,
  onALine,
  pulled,
  shaped,
  spreadOver,
  thetaInPython,
  thetaOf,
} from "./ellipses.js";
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
const priorOf = remembered((X, k) => weakPrior(X, k));
const priorIn = ({ X, prior }, k) => (prior ? priorOf(X, k) : null);
const startAt = (theta) => ({ step: "start", theta, means: theta.means, anchor: null, value: null });

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
    const trouble = `${what} (R = ${size}) shrank onto a point, line or plane, and the likelihood grows without bound there; use a prior, fewer components, or another start.`;
    return { ...stop, step: "M", rest: "The likelihood has no bound here.", trouble, collapsed };
  }
  const value = objective(state, theta, stop.anchor);
  const empty = sizes.findIndex((R, j) => R === 0 && stop.theta.weights[j] > 0);
  let trouble =
    empty < 0 ? "" : `Component ${empty} has lost all data and keeps its place with weight 0; start from others.`;
  if (fell(stop.value, value))
    trouble = `The objective fell by ${number(stop.value - value)}: no step may lower it.`;
  return { step: "M", theta, means: theta.means, anchor: stop.anchor, value, trouble };
}

const step = (state) => (stops) =>
  last(stops).step === "E" ? maximal(state, last(stops)) : expected(state, stops);

/** The start with covariances of the model's kind. */
function ofKind({ weights, means, covariances }, kind) {
  const k = covariances.length;
  const pooled =
    kind === "tied" ? covariances.map(() => added(covariances).map((value) => value / k)) : covariances;
  return { weights, means, covariances: pooled.map((each) => project(each, kind)) };
}

const restarted = (state, theta, ahead = state.way?.ahead ?? false) => ({
  ...state,
  way: begun(startAt(ofKind(theta, state.covariance)), ahead),
  guesses: [],
});
const thetaInHand = ({ way }) => inHand(way).theta;
const sizeOf = (state) => thetaInHand(state).weights.length;
const unitOf = (X) => spread(X).map(([, s]) => s);

function begin({ X, names = ["", ""], start, covariance = "full", prior = false, ahead = false }) {
  return restarted({ X, names, covariance, prior, unit: unitOf(X), box: limits(X, 0.12) }, start, ahead);
}

/** All components equal: each takes the same share of each datum, and they stay equal. */
const trap = ({ X }, k) =>
  spreadOver(
    X,
    range(k).map(() => spread(X).map(([mean]) => mean)),
  );

const drawn = (state, k, seed) => restarted(state, spreadOver(state.X, randomPoints(state.X, k, source(seed))));

function set(state, { name, value, seed }) {
  const { theta } = state.way.stops[0];
  if (name !== "k") return restarted({ ...state, [name]: value }, theta);
  const extra = randomPoints(state.X, Math.max(value - theta.means.length, 0), source(seed));
  return restarted(state, spreadOver(state.X, [...theta.means, ...extra].slice(0, value)));
}

function act(state, event) {
  const { kind, name, seed } = event;
  const theta = thetaInHand(state);
  const X = edited(state.X, event, DATA);
  if (X) return X === state.X || onALine(X) ? state : dataChanged(state, X, event);
  if (kind === "move") return restarted(state, thetaOf(pulled(shaped(theta, state.unit), event.handle, event.at)));
  if (name === "Random start") return drawn(state, sizeOf(state), seed);
  if (name === "Trap") return restarted(state, trap(state, sizeOf(state)));
  if (name === "Collapse") return restarted(state, fallingStart(state.X, sizeOf(state)), false);
  return kind === "set" ? set(state, event) : state;
}

function dataChanged(state, X, { kind, seed }) {
  const next = { ...state, X, unit: unitOf(X) };
  if (kind !== "data") return restarted(next, thetaInHand(state));
  return drawn({ ...next, box: limits(X, 0.12) }, Math.min(sizeOf(state), distinct(X)), seed);
}

const controls = (state) => [
  { kind: "button", name: "Random start", tip: "Means at data drawn at random" },
  { kind: "button", name: "Trap", tip: "All means at the same place: EM cannot tell them apart" },
  { kind: "button", name: "Collapse", tip: "One component, narrow, on a few data" },
  kSlider("components", state.X, MOST, sizeOf(state)),
  {
    kind: "choice",
    name: "covariance",
    label: "covariances",
    options: Object.fromEntries(KINDS.map((kind) => [kind, kind])),
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
  covariances.findIndex(
    ([a, b, c]) => eigen([a / unit[0] ** 2, b / unit[0] / unit[1], c / unit[1] ** 2]).small < NARROW ** 2,
  );

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
    name: `Data in the colours of ${plural(sizeOf(state), "Gaussian component")}, drawn as ellipses; beside them the objective of EM after each half-step.`,
    say: say(state),
    notice: here(way).trouble || trapped(here(way).theta),
    aspect: 0.46,
  };
}

/** What is so while all components are alike: an E-step shares each datum evenly, and they stay alike. */
function trapped({ weights, means, covariances }) {
  const alike = (list) => list.every((one) => JSON.stringify(one) === JSON.stringify(list[0]));
  if (weights.length < 2 || !alike(means) || !alike(covariances)) return "";
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
    guesses.length && step === "M" && `Predicted means are off by ${offBy(guesses, means)}.`,
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
  pack: ({ X, names, covariance, prior, way }) => ({ X, names, covariance, prior, start: way.stops[0].theta }),
  python: ({ covariance, prior, way }, data) =>
    `${data}, start=${thetaInPython(way.stops[0].theta)}, covariance="${covariance}", prior=${prior ? "True" : "False"}`,
  mirror({ X, way, covariance, prior }) {
    const { theta, anchor, value, collapsed = null } = here(way);
    const r = anchor && known(X, anchor).r;
    return { X, covariance, prior, start: way.stops[0].theta, theta, anchor, r, objective: value, collapsed };
  },
});
