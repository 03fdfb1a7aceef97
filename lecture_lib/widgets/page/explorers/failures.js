// Explorer 02: k-means beside the truth, on the sets on which it works and fails.

import { labels, loss } from "../engine/kmeans.js";
import { ended } from "../engine/landscape.js";
import { renamed } from "../engine/matching.js";
import { argmin, range, remembered, replaced } from "../engine/numbers.js";
import { source } from "../engine/random.js";
import { randomPoints } from "../engine/starts.js";
import { axis, marks, number, panel, points } from "../painter/scene.js";
import { atRest, begun, here, hurried, looked, timed } from "./journey.js";
import { EQUATIONS, emptyNotice, labelsAt, startAt, step } from "./kmeans.js";
import { limits, meanHandles, mostClusters, movesOf, paths, plural, rings, territories } from "./parts.js";

const MOST = 6;
const STARTS = 20;
const NAMES = ["first column", "second column"];

const setOf = (state) => state.sets[state.name];
const startOf = (state) => (state.way.ahead ? state.way.stops[0] : here(state.way)).means;
const restarted = (state, means, ahead = state.way.ahead) => ({ ...state, way: begun(startAt(means), ahead) });

function begin({ sets, name, start, at = 0, ahead = false }) {
  let state = { sets, name, way: begun(startAt(start), ahead) };
  for (let i = 0; i < at; i++) state = act(state, { kind: "press", name: "Step" });
  return state;
}

/** The truth under the names of k-means, and which data are on the wrong side: eq. 2.1. */
const comparison = remembered((X, truth, from) => {
  const found = labelsAt(X, from);
  const named = renamed(truth, found);
  return { found, named, wrong: range(X.length).filter((i) => named[i] !== found[i]) };
});

/** The start of the lowest J among some at random and the present one: never worse than what is shown. */
function bestStart(X, starts) {
  const losses = starts.map((start) => {
    const means = ended(X, start);
    return loss(X, labels(X, means), means);
  });
  return starts[argmin(losses)];
}

function act(state, event) {
  const { X } = setOf(state);
  const way = timed(state.way, event, step(X));
  if (way) return { ...state, way };
  const k = startOf(state).length;
  const drawn = (count) => randomPoints(X, count, source(event.seed));
  if (event.kind === "move")
    return restarted(state, replaced(startOf(state), Number(event.handle.split("-")[1]), event.at));
  if (event.kind === "press" && event.name === "Another start") return restarted(state, drawn(k));
  if (event.kind === "press" && event.name.startsWith("Best of")) {
    const random = source(event.seed);
    const starts = [state.way.stops[0].means, ...range(STARTS).map(() => randomPoints(X, k, random))];
    return restarted(state, bestStart(X, starts), true);
  }
  if (event.kind !== "set") return state;
  if (event.name === "k") return restarted(state, drawn(event.value));
  if (event.name === "ahead") return { ...state, way: looked(state.way, event.value) };
  if (event.name !== "name") return state;
  const next = { ...state, name: event.value };
  return restarted(next, randomPoints(setOf(next).X, Math.max(...setOf(next).truth) + 1, source(event.seed)));
}

function controls(state) {
  const options = Object.fromEntries(Object.keys(state.sets).map((name) => [name, name]));
  const most = mostClusters(setOf(state).X, MOST);
  return [
    { kind: "choice", name: "name", label: "data", options, value: state.name },
    { kind: "slider", name: "k", label: "means k", low: 1, high: most, step: 1, value: startOf(state).length },
    { kind: "button", name: "Another start", tip: "Means at data drawn at random" },
    {
      kind: "button",
      name: `Best of ${STARTS}`,
      tip: `The lowest J of ${STARTS} random starts and the present one`,
    },
    { kind: "check", name: "ahead", label: "show the end", value: state.way.ahead },
  ];
}

function answer(state, box) {
  const { X, truth } = setOf(state);
  const { way } = state;
  const stop = here(way);
  const past = way.stops.slice(0, way.at + 1).map(({ means }) => means);
  const compared = stop.from && comparison(X, truth, stop.from);
  const wrong = compared ? compared.wrong.map((i) => X[i]) : [];
  return [
    ...(stop.from ? territories(stop.from, box) : []),
    points(X, compared?.found, { size: 7 }),
    marks("wrong", wrong, "ink", { size: 13, look: "ring" }),
    ...paths(past),
    ...(way.ahead ? rings(stop.means) : movesOf(way)),
    ...meanHandles(startOf(state), box, NAMES),
  ];
}

function scene(state) {
  const { X, truth } = setOf(state);
  const stop = here(state.way);
  const k = startOf(state).length;
  const box = limits(X, 0.1);
  const axes = NAMES.map((name, a) => axis(box[0][a], box[1][a], name));
  const count = stop.from && comparison(X, truth, stop.from).wrong.length;
  const round = Math.ceil(state.way.at / 2);
  const equation = stop.from && !state.way.ahead ? `${round}: ${stop.step}, eq. ${EQUATIONS[stop.step]}; ` : "";
  const title = stop.from ? `${equation}${count} misplaced` : `k-means with k = ${k}: the start`;
  const look = { units: [1, 1] };
  const ended = stop.rest ? ", the end" : "";
  const { named } = comparison(X, truth, stop.from ?? stop.means);
  return {
    panels: [
      panel(axes[0], axes[1], answer(state, box), { ...look, title }),
      panel(axes[0], axes[1], [points(X, named, { size: 7 })], {
        ...look,
        title: "the clusters they were drawn from",
      }),
    ],
    name: `Left the answer of k-means to the set '${state.name}', misplaced data ringed; right the truth.`,
    say: stop.from
      ? `J = ${number(stop.value, 5)} in round ${round}${ended}; ${count} of ${X.length} data are on the wrong side.`
      : `The start: ${plural(k, "mean")}, nothing assigned yet.`,
    notice: emptyNotice(X, stop),
    aspect: 0.46,
  };
}

export const failures = {
  kind: "Failures",
  timed: true,
  begin,
  act,
  controls,
  scene,
  work: (state) => {
    const way = hurried(state.way, step(setOf(state).X));
    return way && { ...state, way };
  },
  next: ({ way }) => (here(way).step === "assign" ? "Update" : "Assign"),
  atRest: ({ way }) => atRest(way),
  pack: ({ sets, name, way }) => ({
    sets,
    name,
    start: way.stops[0].means,
    at: way.ahead ? 0 : way.at,
    ahead: way.ahead,
  }),
  python: ({ name, way }) =>
    `FailuresExplorer(${JSON.stringify(name)}, start=${JSON.stringify(way.stops[0].means)}, ${way.ahead ? "ahead=True" : `at=${way.at}`})`,
  mirror(state) {
    const { X, truth } = setOf(state);
    const { means, from, value, step: name, rest } = here(state.way);
    const nearest = from && labelsAt(X, from);
    const misplaced = from && comparison(X, truth, from).wrong.length;
    const start = state.way.stops[0].means;
    return {
      name: state.name,
      X,
      truth,
      start,
      means,
      source: from,
      labels: nearest,
      misplaced,
      loss: value,
      step: name,
      rest: Boolean(rest),
    };
  },
};
