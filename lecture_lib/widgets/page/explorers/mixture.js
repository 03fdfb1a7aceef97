// Explorer 07: EM for a Gaussian mixture, half-step by half-step: good starts, a trap, a collapse, and the prior.

import { eigen } from "../engine/geometry.js";
import { KINDS, added, lowerBound, maximised, posterior, project } from "../engine/mixture.js";
import { argmax, distinct, last, range, remembered, spread } from "../engine/numbers.js";
import { weakPrior } from "../engine/prior.js";
import { source } from "../engine/random.js";
import { randomPoints } from "../engine/starts.js";
import { fell, settled } from "../engine/stopping.js";
import { axis, lens, marks, number, panel, points } from "../painter/scene.js";
import { atRest, before, begun, here, hurried, looked, timed, trace } from "./journey.js";
import { CLICKS, edited, guessMarks, limits, meanHandles, movesOf, paths, plural, rings } from "./parts.js";
import { fallingStart } from "./falling.js";
import { ellipses, knobs, onALine, pulled, shaped, spreadOver, thetaOf } from "./shaping.js";
import { thetaInPython } from "./sampling.js";

const MOST = 6;
const DATA = { fewest: 4, most: 2000 };
const EQUATIONS = { E: "6.1", M: "7.2" };
const LOOKS = { E: { look: "hollow" }, M: { shape: 2 } };
const NARROW = 0.03; // of the spread of the data; a narrower ellipse is shown through a lens

const known = remembered(posterior);
const priorOf = remembered((X, k) => weakPrior(X, k));
const priorIn = ({ X, prior }, k) => (prior ? priorOf(X, k) : null);
const startAt = (theta) => ({ step: "start", theta, means: theta.means, anchor: null, value: null });

/** The objective at theta with the shares of the anchor: F, and with a prior log p(theta). */
function objective(state, theta, anchor) {
  const { r, logLikelihood } = known(state.X, anchor);
  const F = theta === anchor ? logLikelihood : lowerBound(state.X, r, theta);
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
const gripTheta = ({ way }) => (way.ahead ? way.stops[0] : here(way)).theta;

function begin({
  X,
  names = ["", ""],
  start,
  covariance = "full",
  prior = false,
  at = 0,
  ahead = false,
  click = "nothing",
}) {
  const unit = spread(X).map(([, s]) => s);
  let state = restarted({ X, names, covariance, prior, unit, box: limits(X, 0.12), click }, start, ahead);
  for (let i = 0; i < at; i++) state = act(state, { kind: "press", name: "Step" });
  return state;
}

/** All components equal: each takes the same share of each datum, and they stay equal. */
const trap = ({ X }, k) =>
  spreadOver(
    X,
    range(k).map(() => spread(X).map(([mean]) => mean)),
  );

function pressed(state, { name, seed }) {
  const k = gripTheta(state).weights.length;
  if (name === "Random start") return restarted(state, spreadOver(state.X, randomPoints(state.X, k, source(seed))));
  if (name === "Trap") return restarted(state, trap(state, k));
  if (name === "Collapse") return restarted(state, fallingStart(state.X, k), false);
  return state;
}

function set(state, { name, value, seed }) {
  const { way } = state;
  if (name === "ahead") return { ...state, way: looked(way, value) };
  if (name === "click") return { ...state, click: value, guesses: [] };
  if (name !== "k") return restarted({ ...state, [name]: value }, way.stops[0].theta);
  const { means } = way.stops[0].theta;
  const extra = randomPoints(state.X, Math.max(value - means.length, 0), source(seed));
  return restarted(state, spreadOver(state.X, [...means, ...extra].slice(0, value)));
}

function moved(state, { handle, at }) {
  const shape = shaped(gripTheta(state), state.unit);
  return restarted(state, thetaOf(pulled(shape, handle, at)));
}

function act(state, event) {
  const way = timed(state.way, event, step(state));
  if (way) return { ...state, way, guesses: way.at > state.way.at ? state.guesses : [] };
  const X = edited(state.X, event, DATA);
  if (X) return X === state.X || onALine(X) ? state : dataChanged(state, X, event);
  if (event.kind === "move") return moved(state, event);
  if (event.kind === "guess")
    return { ...state, guesses: [...state.guesses, event.at].slice(-gripTheta(state).weights.length) };
  if (event.kind === "press") return pressed(state, event);
  return event.kind === "set" ? set(state, event) : state;
}

function dataChanged(state, X, event) {
  const k = Math.min(gripTheta(state).weights.length, distinct(X));
  const unit = spread(X).map(([, s]) => s);
  if (event.kind !== "data") return restarted({ ...state, X, unit }, gripTheta(state));
  return restarted(
    { ...state, X, unit, box: limits(X, 0.12) },
    spreadOver(X, randomPoints(X, k, source(event.seed))),
  );
}

function controls(state) {
  const kinds = Object.fromEntries(KINDS.map((kind) => [kind, kind]));
  const k = gripTheta(state).weights.length;
  return [
    { kind: "button", name: "Random start", tip: "Means at data drawn at random" },
    { kind: "button", name: "Trap", tip: "All means at the same place: EM cannot tell them apart" },
    { kind: "button", name: "Collapse", tip: "One component, narrow, on a few data" },
    {
      kind: "slider",
      name: "k",
      label: "components k",
      low: 1,
      high: Math.min(MOST, distinct(state.X)),
      step: 1,
      value: k,
    },
    { kind: "choice", name: "covariance", label: "covariances", options: kinds, value: state.covariance },
    { kind: "check", name: "prior", label: "prior", value: state.prior },
    { kind: "check", name: "ahead", label: "show the end", value: state.way.ahead },
    { kind: "choice", name: "click", label: "a click", options: CLICKS, value: state.click },
  ];
}

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
  const grips = gripTheta(state);
  const small = narrowest(state, grips);
  return [
    dots,
    marks("changed", way.ahead ? [] : changedData(state), "ink", { size: 13, look: "ring" }),
    ...ellipses(stop.theta),
    ...paths(way.stops.slice(0, way.at + 1).map(({ means }) => means)),
    ...(way.ahead ? rings(stop.means) : movesOf(way)),
    ...guessMarks(state.guesses),
    ...glass(state, stop.theta, dots),
    ...(way.ahead ? [] : knobs(shaped(grips, unit), names)),
    ...meanHandles(grips.means, box, names, { word: "mean of component", hollow: (j) => j === small }),
  ];
}

function scene(state) {
  const { way, names, box, unit, prior } = state;
  const k = gripTheta(state).weights.length;
  const axes = names.map((name, a) => axis(box[0][a], box[1][a], name));
  const click = { data: "add", guess: "guess" }[state.click] ?? null;
  const label = prior ? "F + log p(θ) / nats" : "F / nats";
  return {
    panels: [
      panel(axes[0], axes[1], plane(state), { title: titleOf(way), width: 1.35, units: unit, click }),
      trace(way, { title: "the bound F: ○ after E, ■ after M", label, looks: LOOKS }),
    ],
    name: `Data in the colours of ${plural(k, "Gaussian component")}, drawn as ellipses; beside them the objective of EM after each half-step.`,
    say: say(state),
    notice: here(way).trouble ?? "",
    aspect: 0.46,
  };
}

function titleOf(way) {
  const stop = here(way);
  if (way.ahead) return `from the start (numbered) to ${stop.rest ? "the end" : "where we are"} (ring)`;
  if (!way.at) return "start";
  return `${Math.ceil(way.at / 2)}: ${stop.step}-step, eq. ${EQUATIONS[stop.step]}${stop.rest ? ", the end" : ""}`;
}

function say(state) {
  const { way, prior } = state;
  const stop = here(way);
  const weights = `Weights: ${stop.theta.weights.map((weight) => number(weight, 3)).join(", ")}.`;
  if (!stop.anchor) return `The start: ${plural(stop.means.length, "component")}, no shares yet. ${weights}`;
  const what = stop.step === "E" ? (prior ? "log-likelihood + log prior" : "log-likelihood") : "bound";
  const old = before(way)?.value ?? null;
  const gain = old === null || way.ahead ? "" : `, ${number(stop.value - old, 3)} more`;
  const changed = way.ahead ? 0 : changedData(state).length;
  const moved = changed ? ` ${plural(changed, "datum", "data")} changed colour.` : "";
  const off =
    stop.step === "M"
      ? state.guesses.map((at, j) => number(Math.hypot(...at.map((v, a) => v - stop.means[j][a])), 3))
      : [];
  const guessed = off.length ? ` Predicted means are off by ${off.join(", ")}.` : "";
  const steps = Math.floor(way.at / 2);
  return `${stop.step}-step, ${plural(steps, "round")} done: ${what} ${number(stop.value, 6)}${gain}.${moved}${guessed} ${stop.rest ?? ""} ${weights}`.replaceAll(
    "  ",
    " ",
  );
}

export const mixture = {
  kind: "Mixture",
  timed: true,
  begin,
  act,
  controls,
  scene,
  data: {
    columns: 2,
    ...DATA,
    refuses: (X) => (onALine(X) ? "All data lie on a line, which no Gaussian fits; paste others." : ""),
  },
  work: (state) => {
    const way = hurried(state.way, step(state));
    return way && { ...state, way };
  },
  next: ({ way }) => (here(way).step === "E" ? "M-step" : "E-step"),
  atRest: ({ way }) => atRest(way),
  pack: ({ X, names, covariance, prior, way, click }) => ({
    X,
    names,
    covariance,
    prior,
    start: way.stops[0].theta,
    at: way.ahead ? 0 : way.at,
    ahead: way.ahead,
    click,
  }),
  python: ({ covariance, prior, way }, data) =>
    `MixtureExplorer(${data}, start=${thetaInPython(way.stops[0].theta)}, covariance="${covariance}", prior=${prior ? "True" : "False"}, ${way.ahead ? "ahead=True" : `at=${way.at}`})`,
  mirror(state) {
    const { X, way, covariance, prior } = state;
    const { theta, anchor, value, step: name, rest, collapsed } = here(way);
    const r = anchor && known(X, anchor).r;
    return {
      X,
      covariance,
      prior,
      start: way.stops[0].theta,
      theta,
      anchor,
      r,
      objective: value,
      step: name,
      rest: Boolean(rest),
      collapsed: collapsed ?? null,
    };
  },
};
