// Explorer 08: soft k-means with a dial for beta, beside the diagram of how its means part.

import { eigen } from "../engine/geometry.js";
import {
  argmax,
  argmin,
  centreOf,
  clamp,
  distinct,
  last,
  linspace,
  range,
  remembered,
  replaced,
  spreadOf,
  sum,
} from "../engine/numbers.js";
import { source } from "../engine/random.js";
import { annealed, covariance, criticalBeta, freeEnergy, softAssign, softUpdate } from "../engine/soft.js";
import { randomPoints } from "../engine/starts.js";
import { still } from "../engine/stopping.js";
import { colour } from "../painter/colour.js";
import { axis, handle, line, marks, number, panel, points, text } from "../painter/scene.js";
import { RANDOM_START, boxAxes, kSlider, limits, plural } from "./data.js";
import { startAt } from "./kmeans.js";
import { captionsOf, meanHandles, indexIn, walk } from "./means.js";
import { aheadCheck, before, begun, here, inHand, onTimeline, titleOf } from "./timeline.js";

const [LOW, HIGH] = [0.3, 40]; // the dial goes from here to there, in units of the critical beta
const STOPS = 61;
const MOST = 5;
const STILL = 1e-5; // of the spread of the data: a mean that moves less is at rest
const MOST_STEPS = 200;
const NUDGE = 1e-3;
const EQUATIONS = { assign: "8.1", update: "1.3" };

const shareOf = remembered(softAssign);
const widthOf = remembered((X) => Math.hypot(...spreadOf(X)));

const step =
  ({ X, beta }) =>
  (stops) => {
    const { step: done, means, from } = last(stops);
    if (done !== "assign") {
      const value = freeEnergy(X, shareOf(X, means, beta), means, beta);
      return { step: "assign", means, from: means, value };
    }
    const r = shareOf(X, from, beta);
    const moved = softUpdate(X, r, means);
    const rest = still(means, moved, STILL * widthOf(X)) ? "No mean moves any more: the end." : "";
    return { step: "update", means: moved, from, value: freeEnergy(X, r, moved, beta), rest };
  };

/** A diagram that is still to be computed; its first means lie all at the mean of the data. */
function unfolded(state, X, k, ahead) {
  const critical = criticalBeta(X);
  const betas = linspace(Math.log(LOW), Math.log(HIGH), STOPS).map((log) => critical * Math.exp(log));
  const centre = centreOf(X);
  const beta = clamp(state.beta ?? 2.5 * critical, betas[0], last(betas));
  const way = begun(startAt(range(k).map(() => centre)), ahead);
  return { ...state, X, k, critical, betas, beta, centre, way, box: limits(X), branches: [], dragged: false };
}

function begin({ X, k, names, beta, start, ahead }) {
  const state = unfolded({ names, beta }, X, k, ahead);
  return start ? placed(state, start) : state;
}

/** The means at one more beta, from those at the last one. */
function grown(state) {
  const { X, k, betas, branches, centre, dragged, beta } = state;
  const i = branches.length;
  const from = i ? last(branches) : range(k).map(() => centre);
  const rules = { most: MOST_STEPS, nudge: NUDGE * widthOf(X), tolerance: STILL * widthOf(X) };
  const next = { ...state, branches: [...branches, annealed(X, from, betas[i], source(i), rules)] };
  return next.branches.length < STOPS || dragged ? next : dialled(next, beta);
}

/** The state at another beta, on the branches. */
function dialled(state, wished) {
  const { betas, branches } = state;
  const beta = clamp(wished, betas[0], last(betas));
  const nearest = argmin(betas.map((other) => Math.abs(Math.log(other / beta))));
  const start = branches[Math.min(nearest, branches.length - 1)] ?? state.way.stops[0].means;
  return { ...state, beta, dragged: false, way: begun(startAt(start), state.way.ahead) };
}

const meansInHand = ({ way, dragged }) => (dragged ? inHand(way) : here(way)).means;
const placed = (state, means) => ({ ...state, dragged: true, way: begun(startAt(means), state.way.ahead) });

function act(state, { kind, name, value, handle: handled, at, X, seed }) {
  if (kind === "data") return unfolded(state, X, Math.min(state.k, X.length), state.way.ahead);
  if (kind === "move" && handled === "beta") return dialled(state, 10 ** at[0]);
  if (kind === "move") return placed(state, replaced(meansInHand(state), indexIn(handled), at));
  if (name === "Random start") return placed(state, randomPoints(state.X, state.k, source(seed)));
  if (name === "beta") return dialled(state, value);
  return name === "k" ? unfolded(state, state.X, value, state.way.ahead) : state;
}

function controls(state) {
  const { X, betas, beta, k } = state;
  const [low, high] = [betas[0], last(betas)].map(Math.log10);
  const words = number(beta, 3);
  return [
    { kind: "slider", name: "beta", label: "beta β", low, high, step: 0.01, log: true, value: beta, words },
    kSlider("means", X, MOST, k),
    RANDOM_START,
    aheadCheck(state),
  ];
}

/** Markers by place: means that hide each other share a datum, and it belongs to none of them. */
function markersOf({ box }, means, r) {
  const place = captionsOf(means, box);
  return r.map((row) => argmax(row.map((_, j) => sum(row.filter((_, l) => place[l] === place[j])))));
}

function plane(state) {
  const { X, way, beta, box, names, dragged } = state;
  const { from } = here(way);
  const r = from && shareOf(X, from, beta);
  return [
    points(X, r, r ? { shapes: markersOf(state, from, r) } : {}),
    ...(dragged || !way.ahead ? walk(way) : []),
    ...meanHandles(meansInHand(state), box, names),
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
  const branch = (j) => branches.map((means, i) => [at[i], along(means[j])]);
  const look = { label: "dial for beta", value: `beta ${number(beta, 3)}`, style: "dial", along: "x" };
  const layers = [
    line(
      "split",
      [-top, top].map((height) => [split, height]),
      "quiet",
      { width: 1.2, dash: true },
    ),
    text([split, -top], `critical β = ${number(critical, 3)}`, "ink", { shift: [6, -12] }),
    ...range(k).map((j) => line("", branch(j), colour(j), { width: 2.4 + 1.6 * (k - 1 - j) })),
    ...range(k).map((j) => marks(`mean ${j}`, [[dial, along(now[j])]], colour(j), { shape: j, size: 10 })),
    handle("beta", [dial, 0.86 * top], look),
  ];
  const x = axis(at[0], last(at), "beta β", decades(at[0], last(at)));
  return panel(x, axis(-top, top, "mean along the first axis"), layers, { title: "how the means part" });
}

const decades = (low, high) =>
  range(24)
    .flatMap((power) => [1, 2, 5].map((digit) => digit * 10 ** (power - 12)))
    .map((value) => [Math.log10(value), number(value, 3)])
    .filter(([at]) => low <= at && at <= high);

function scene(state) {
  const { names, box, k, way } = state;
  const title = titleOf(way, EQUATIONS, "soft responsibilities mix the colours");
  return {
    panels: [panel(...boxAxes(box, names), plane(state), { title, width: 1.1, units: [1, 1] }), diagram(state)],
    name: `Soft k-means with ${plural(k, "mean")}; beside it where each mean lies for every beta, with a dial.`,
    say: say(state),
    notice: "",
  };
}

function say({ beta, critical, branches, way, k, box }) {
  if (branches.length < STOPS) return `The diagram is on its way: ${branches.length} of ${STOPS} betas.`;
  const { means, value } = here(way);
  const places = plural(new Set(captionsOf(means, box)).size, "place");
  const energy = value === null ? "nothing is shared out yet" : `free energy ${number(value, 5)}`;
  const old = way.ahead ? null : (before(way)?.value ?? null);
  const fall = old === null ? "" : `, ${number(old - value, 3)} less`;
  return `β = ${number(beta, 3)}, ${number(beta / critical, 3)} times the critical one: ${plural(k, "mean")} at ${places}; ${energy}${fall}.`;
}

const timeline = onTimeline(step, {
  kind: "Beta",
  begin,
  act,
  controls,
  scene,
  data: {
    columns: 2,
    fewest: 2,
    most: 2000,
    refuses: (X) => (distinct(X) < 2 ? "All data are equal; paste some that differ." : ""),
  },
  pack({ X, k, beta: b, way, dragged }) {
    return { X, k, beta: b, start: dragged || !way.ahead ? way.stops[0].means : null };
  },
  mirror({ X, beta: b, critical, way }) {
    const { means, from, value } = here(way);
    const r = from && shareOf(X, from, b);
    return { critical, means, source: from, r, energy: value };
  },
});

export const beta = {
  ...timeline,
  work: (state) => (state.branches.length < STOPS ? grown(state) : timeline.work(state)),
};
