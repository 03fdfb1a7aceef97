// Explorer 02: k-means beside the truth, on the sets on which it works and fails.

import { labels, loss } from "../engine/kmeans.js";
import { ended } from "../engine/landscape.js";
import { renamed } from "../engine/matching.js";
import { argmin, range, remembered, replaced } from "../engine/numbers.js";
import { source } from "../engine/random.js";
import { randomPoints } from "../engine/starts.js";
import { marks, number, panel, points } from "../painter/scene.js";
import { RANDOM_START, boxAxes, called, kSlider, limits, plural } from "./data.js";
import { EQUATIONS, emptyNotice, halfStep, labelsAt, meansInHand, mirrorOf, restarted } from "./kmeans.js";
import { meanHandles, indexIn, territories, walk } from "./means.js";
import { aheadCheck, here, onTimeline, rounds, titleOf } from "./timeline.js";

const MOST = 6;
const STARTS = 20;
const NAMES = ["first column", "second column"];

const setOf = (state) => state.sets[state.name];

/** The truth under the names of k-means, and which data are on the wrong side: eq. 2.1. */
const comparison = remembered((X, truth, from) => {
  const found = labelsAt(X, from);
  const named = renamed(truth, found);
  return { found, named, wrong: range(X.length).filter((i) => named[i] !== found[i]) };
});
const comparisonOf = (state) => {
  const { from, means } = here(state.way);
  const { X, truth } = setOf(state);
  return comparison(X, truth, from ?? means);
};

/** The start of the lowest J among some at random and the present one: never worse than what is shown. */
function bestStart(X, starts) {
  const losses = starts.map((start) => {
    const means = ended(X, start);
    return loss(X, labels(X, means), means);
  });
  return starts[argmin(losses)];
}

function act(state, { kind, name, value, handle, at, seed }) {
  const { X } = setOf(state);
  const means = meansInHand(state);
  const random = source(seed);
  const drawn = (next, k) => restarted(next, randomPoints(setOf(next).X, k, random));
  if (kind === "move") return restarted(state, replaced(means, indexIn(handle), at));
  if (name === "Random start") return drawn(state, means.length);
  if (kind === "press" && name.startsWith("Best of")) {
    const starts = [state.way.stops[0].means, ...range(STARTS).map(() => randomPoints(X, means.length, random))];
    return restarted(state, bestStart(X, starts), true);
  }
  if (name === "k") return drawn(state, value);
  if (name !== "name") return state;
  return drawn({ ...state, name: value }, Math.max(...state.sets[value].truth) + 1);
}

const controls = (state) => [
  {
    kind: "choice",
    name: "name",
    label: "data",
    options: called(Object.keys(state.sets)),
    value: state.name,
  },
  kSlider("means", setOf(state).X, MOST, meansInHand(state).length),
  RANDOM_START,
  {
    kind: "button",
    name: `Best of ${STARTS}`,
    tip: "Of random starts and this one that of the lowest J",
  },
  aheadCheck(state),
];

function answer(state, box) {
  const { X } = setOf(state);
  const { from } = here(state.way);
  const { found, wrong } = comparisonOf(state);
  return [
    ...(from ? territories(from, box) : []),
    points(X, from && found, { size: 7 }),
    marks("wrong", from ? wrong.map((i) => X[i]) : [], "ink", { size: 13, look: "ring" }),
    ...walk(state.way),
    ...meanHandles(meansInHand(state), box, NAMES),
  ];
}

function scene(state) {
  const { way, name } = state;
  const { X } = setOf(state);
  const { from, means, rest, value } = here(way);
  const box = limits(X, 0.1);
  const axes = boxAxes(box, NAMES);
  const { named, wrong } = comparisonOf(state);
  const k = plural(means.length, "mean");
  const title = titleOf(way, EQUATIONS, from ? `${wrong.length} misplaced` : `${k} at the start`);
  const units = [1, 1];
  const J = `J = ${number(value, 5)} in round ${rounds(way)}${rest ? ", the end" : ""}`;
  return {
    panels: [
      panel(...axes, answer(state, box), { units, title }),
      panel(...axes, [points(X, named, { size: 7 })], { units, title: "the clusters they were drawn from" }),
    ],
    name: `The answer of k-means to the set "${name}"; beside it the truth.`,
    say: from
      ? `${J}; ${wrong.length} of ${X.length} data are on the wrong side.`
      : `The start: ${k}, nothing assigned yet.`,
    notice: emptyNotice(X, here(way)),
  };
}

export const failures = onTimeline((state) => halfStep(setOf(state).X), {
  kind: "Failures",
  begin: ({ sets, name, start, ahead }) => restarted({ sets, name }, start, ahead),
  act,
  controls,
  scene,
  pack: ({ name, way }) => ({ name, start: way.stops[0].means }),
  mirror(state) {
    const { X, truth } = setOf(state);
    const misplaced = here(state.way).from && comparisonOf(state).wrong.length;
    return { X, truth, misplaced, ...mirrorOf(X, state.way) };
  },
});
