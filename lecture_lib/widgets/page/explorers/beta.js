// Explorer 08: soft k-means with a dial for beta, beside the diagram of how its means part.

import { squaredDistance } from "../engine/kmeans.js";
import { eigen } from "../engine/geometry.js";
import {
  argmin,
  clamp,
  distinct,
  last,
  linspace,
  range,
  remembered,
  replaced,
  spread,
  sum,
} from "../engine/numbers.js";
import { source } from "../engine/random.js";
import { annealed, covariance, criticalBeta, freeEnergy, softAssign, softUpdate } from "../engine/soft.js";
import { randomPoints } from "../engine/starts.js";
import { axis, colour, handle, line, marks, number, panel, points, shapeOf, text } from "../painter/scene.js";
import { atRest, before, begun, here, hurried, looked, timed } from "./journey.js";
import { limits, meanHandles, movesOf, paths, plural, rings } from "./parts.js";

const [LOW, HIGH] = [0.3, 40]; // the dial goes from here to there, in units of the critical beta
const STOPS = 61;
const MOST = 5;
const STILL = 1e-5; // of the spread of the data: a mean that moves less is at rest
const ANNEALING = { most: 200 };
const NUDGE = 1e-3;
const DATA = { fewest: 2, most: 2000 };
const EQUATIONS = { assign: "8.1", update: "1.3" };

export const shareOf = remembered((X, from, beta) => softAssign(X, from, beta));
const widthOf = remembered((X) => Math.sqrt(sum(spread(X).map(([, s]) => s * s))));
const startAt = (means) => ({ step: "start", means, from: null, value: null });

const step =
  ({ X, beta }) =>
  (stops) => {
    const stop = last(stops);
    if (stop.step !== "assign") {
      return {
        step: "assign",
        means: stop.means,
        from: stop.means,
        value: freeEnergy(X, shareOf(X, stop.means, beta), stop.means, beta),
      };
    }
    const r = shareOf(X, stop.from, beta);
    const means = softUpdate(X, r, stop.means);
    const way = Math.sqrt(Math.max(...means.map((m, j) => squaredDistance(m, stop.means[j]))));
    const rest = way <= STILL * widthOf(X) ? "No mean moves any more: the end." : "";
    return { step: "update", means, from: stop.from, value: freeEnergy(X, r, means, beta), rest };
  };

/** A diagram that is still to be computed; its first means lie all at the mean of the data. */
function unfolded(state, X, k) {
  const critical = criticalBeta(X);
  const betas = linspace(Math.log(LOW), Math.log(HIGH), STOPS).map((log) => critical * Math.exp(log));
  const centre = spread(X).map(([mean]) => mean);
  const beta = clamp(state.beta ?? 2.5 * critical, betas[0], last(betas));
  const way = begun(startAt(range(k).map(() => centre)), state.way?.ahead ?? true);
  return {
    ...state,
    X,
    k,
    critical,
    betas,
    beta,
    centre,
    box: limits(X),
    branches: [],
    dragged: false,
    sweeping: false,
    way: { ...way, hurry: false },
  };
}

function begin({ X, k, names = ["", ""], beta, start = null, at = 0, ahead = true }) {
  const state = { ...unfolded({ names, beta }, X, k), wanted: start && { start, at, ahead } };
  return state;
}

/** The means at one more beta, from those at the last one. */
function grown(state) {
  const i = state.branches.length;
  const from = i ? last(state.branches) : range(state.k).map(() => state.centre);
  const rules = { ...ANNEALING, nudge: NUDGE * widthOf(state.X), still: STILL * widthOf(state.X) };
  const next = {
    ...state,
    branches: [...state.branches, annealed(state.X, from, state.betas[i], source(i), rules)],
  };
  if (next.branches.length < STOPS) return next;
  return next.wanted ? asWanted(next) : dialled(next, next.beta);
}

function asWanted(state) {
  const { start, at, ahead } = state.wanted;
  let placed = { ...state, wanted: null, dragged: true, way: begun(startAt(start), ahead) };
  for (let i = 0; i < at; i++) placed = act(placed, { kind: "press", name: "Step" });
  return placed;
}

/** The state at another beta, on the branches. */
function dialled(state, wished) {
  const beta = clamp(wished, state.betas[0], last(state.betas));
  const nearest = argmin(state.betas.map((other) => Math.abs(Math.log(other / beta))));
  const start = state.branches[Math.min(nearest, state.branches.length - 1)] ?? state.way.stops[0].means;
  return { ...state, beta, dragged: false, sweeping: false, way: begun(startAt(start), state.way.ahead) };
}

const grips = ({ way, dragged }) => (way.ahead && dragged ? way.stops[0] : here(way)).means;
const placed = (state, means) => ({
  ...state,
  dragged: true,
  sweeping: false,
  way: begun(startAt(means), state.way.ahead),
});

function swept(state) {
  const above = state.betas.filter((beta) => beta > state.beta * (1 + 1e-9));
  return above.length ? { ...dialled(state, above[0]), sweeping: above.length > 1 } : { ...state, sweeping: false };
}

function pressed(state, { name, seed }) {
  if (name === "Sweep β")
    return { ...dialled({ ...state, way: { ...state.way, ahead: true } }, state.betas[0]), sweeping: true };
  if (name === "Random start") return placed(state, randomPoints(state.X, state.k, source(seed)));
  if (name === "Back to the branches") return dialled(state, state.beta);
  return state;
}

function act(state, event) {
  const way = timed(state.way, event, step(state));
  if (way) return { ...state, way, sweeping: false };
  if (event.kind === "tick") return state.sweeping ? swept(state) : state;
  if (event.kind === "press") return pressed(state, event);
  if (event.kind === "data") return unfolded(state, event.X, Math.min(state.k, event.X.length));
  if (event.kind === "move" && event.handle === "beta") return dialled(state, 10 ** event.at[0]);
  if (event.kind === "move")
    return placed(state, replaced(grips(state), Number(event.handle.split("-")[1]), event.at));
  if (event.name === "beta") return dialled(state, event.value);
  if (event.name === "k") return unfolded(state, state.X, event.value);
  if (event.name === "ahead") return { ...state, way: looked(state.way, event.value) };
  return state;
}

function controls({ X, betas, beta, k, way }) {
  const [low, high] = [betas[0], last(betas)].map(Math.log10);
  return [
    {
      kind: "slider",
      name: "beta",
      label: "beta β",
      low,
      high,
      step: 0.01,
      log: true,
      value: beta,
      words: number(beta, 3),
    },
    { kind: "slider", name: "k", label: "means k", low: 1, high: Math.min(MOST, X.length), step: 1, value: k },
    { kind: "button", name: "Sweep β", tip: "Turn the dial from its lowest to its highest beta" },
    { kind: "button", name: "Random start", tip: "Means at data drawn at random, at this beta" },
    { kind: "button", name: "Back to the branches", tip: "Means as annealing leaves them at this beta" },
    { kind: "check", name: "ahead", label: "show the end", value: way.ahead },
  ];
}

/** Means that lie apart by more than can be seen. */
function apart(means, width) {
  const found = [];
  for (const mean of means) {
    if (found.every((other) => Math.sqrt(squaredDistance(mean, other)) > 0.02 * width)) found.push(mean);
  }
  return found;
}

function plane(state) {
  const { X, way, beta, box, names, dragged } = state;
  const stop = here(way);
  // Where all means lie together every share is one half, one third, ...: no datum belongs to one of them.
  const together = stop.from && apart(stop.from, widthOf(X)).length === 1;
  const r = stop.from && shareOf(X, stop.from, beta);
  const shapes = together ? { shapes: X.map(() => 0) } : {};
  return [
    points(X, r, shapes),
    ...(dragged || !way.ahead ? paths(way.stops.slice(0, way.at + 1).map(({ means }) => means)) : []),
    ...(way.ahead && dragged ? rings(stop.means) : movesOf(way)),
    ...meanHandles(grips(state), box, names),
  ];
}

/** The direction in which the data spread most; it points to the right. */
const longest = remembered((X) => {
  const { angle } = eigen(covariance(X));
  const [x, y] = [Math.cos(angle), Math.sin(angle)];
  const sign = (Math.abs(x) >= Math.abs(y) ? x : y) > 0 ? 1 : -1;
  return [sign * x, sign * y];
});

function diagram(state) {
  const { X, betas, beta, critical, centre, branches, k } = state;
  const along = ([x, y]) => (x - centre[0]) * longest(X)[0] + (y - centre[1]) * longest(X)[1];
  const [at, dial, split] = [betas.map(Math.log10), Math.log10(beta), Math.log10(critical)];
  const top = 1.15 * Math.max(...X.map((x) => Math.abs(along(x))));
  const now = here(state.way).means;
  const layers = [
    line(
      "split",
      [
        [split, -top],
        [split, top],
      ],
      "quiet",
      { width: 1.2, dash: true },
    ),
    text([split, -top], `critical β = ${number(critical, 3)}`, "quiet", { shift: [6, -8] }),
    ...range(k).map((j) =>
      line(
        "",
        branches.map((means, i) => [at[i], along(means[j])]),
        colour(j),
        { width: 2.4 + 1.6 * (k - 1 - j) },
      ),
    ),
    ...range(k).map((j) => marks(`mean ${j}`, [[dial, along(now[j])]], colour(j), { shape: shapeOf(j), size: 10 })),
    handle("beta", [dial, 0.86 * top], {
      label: "dial for beta",
      value: `beta ${number(beta, 3)}`,
      style: "dial",
      along: "x",
    }),
  ];
  const x = axis(at[0], last(at), "beta β", decades(at[0], last(at)));
  return panel(x, axis(-top, top, "mean along the first axis"), layers, { title: "how the means part" });
}

function decades(low, high) {
  const values = range(24).flatMap((power) => [1, 2, 5].map((digit) => digit * 10 ** (power - 12)));
  return values
    .filter((value) => Math.log10(value) >= low && Math.log10(value) <= high)
    .map((value) => [Math.log10(value), number(value, 3)]);
}

function scene(state) {
  const { names, box, k, way } = state;
  const axes = names.map((name, a) => axis(box[0][a], box[1][a], name));
  const stop = here(way);
  const title =
    stop.from && !way.ahead
      ? `${Math.ceil(way.at / 2)}: ${stop.step}, eq. ${EQUATIONS[stop.step]}${stop.rest ? ", the end" : ""}`
      : "soft responsibilities mix the colours";
  return {
    panels: [panel(axes[0], axes[1], plane(state), { title, width: 1.1, units: [1, 1] }), diagram(state)],
    name: `Data in mixed colours, and ${k} means of soft k-means; beside them where each mean lies along the longest direction of the data, for every beta, with a dial.`,
    say: say(state),
    notice: "",
    aspect: 0.46,
  };
}

function say({ X, beta, critical, branches, way, k }) {
  if (branches.length < STOPS) return `The diagram is on its way: ${branches.length} of ${STOPS} betas.`;
  const stop = here(way);
  const number_of = plural(apart(stop.means, widthOf(X)).length, "place");
  const ratio = number(beta / critical, 3);
  const energy = stop.value === null ? "nothing is shared out yet" : `free energy ${number(stop.value, 5)}`;
  const gained =
    before(way)?.value != null && !way.ahead ? `, ${number(before(way).value - stop.value, 3)} less` : "";
  return `β = ${number(beta, 3)}, ${ratio} times the critical one: ${plural(k, "mean")} at ${number_of}; ${energy}${gained}.`;
}

export const beta = {
  kind: "Beta",
  timed: true,
  begin,
  act,
  controls,
  scene,
  data: {
    columns: 2,
    ...DATA,
    refuses: (X) => (distinct(X) < 2 ? "All data are equal; paste some that differ." : ""),
  },
  work: (state) => {
    if (state.branches.length < STOPS) return grown(state);
    const way = hurried(state.way, step(state));
    return way && { ...state, way };
  },
  ticking: (state) => state.sweeping && state.branches.length === STOPS,
  next: ({ way }) => (here(way).step === "assign" ? "Update" : "Assign"),
  atRest: ({ way }) => atRest(way),
  pack({ X, k, names, beta: b, way, dragged }) {
    const { ahead } = way;
    return {
      X,
      k,
      names,
      beta: b,
      ahead,
      start: dragged || !ahead ? way.stops[0].means : null,
      at: ahead ? 0 : way.at,
    };
  },
  python({ k, beta: b, way, dragged }, data) {
    const start =
      dragged || !way.ahead
        ? `, start=${JSON.stringify(way.stops[0].means)}, ${way.ahead ? "ahead=True" : `ahead=False, at=${way.at}`}`
        : "";
    return `BetaExplorer(${data}, k=${k}, beta=${b}${start})`;
  },
  mirror({ X, beta: b, critical, way }) {
    const { means, from, value, step: name, rest } = here(way);
    const r = from && shareOf(X, from, b);
    return {
      X,
      beta: b,
      critical,
      start: way.stops[0].means,
      means,
      source: from,
      r,
      energy: value,
      step: name,
      rest: Boolean(rest),
    };
  },
};
