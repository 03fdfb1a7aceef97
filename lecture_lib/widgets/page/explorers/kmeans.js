// Explorer 01: k-means, half-step by half-step, under your hands.

import { changed, labels, loss, sizes, update } from "../engine/kmeans.js";
import { distinct, last, remembered, replaced } from "../engine/numbers.js";
import { source } from "../engine/random.js";
import { filledUp, plusPlus, randomPoints } from "../engine/starts.js";
import { still } from "../engine/stopping.js";
import { number, panel, points } from "../painter/scene.js";
import { RANDOM_START, boxAxes, edited, kSlider, limits, plural } from "./data.js";
import { changedMarks, guessMarks, meanHandles, indexIn, territories, walk } from "./means.js";
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
  rounds,
  titleOf,
  trace,
} from "./timeline.js";

const MOST = 6;
const DATA = { columns: 2, fewest: 2, most: 5000 };
export const EQUATIONS = { assign: "1.2", update: "1.3" };

export const labelsAt = remembered(labels);

/** The half-step that follows: an assignment after the start and after each update. */
export const halfStep = (X) => (stops) => {
  const stop = last(stops);
  if (stop.step !== "assign") {
    const { means } = stop;
    return { step: "assign", means, from: means, value: loss(X, labelsAt(X, means), means) };
  }
  const nearest = labelsAt(X, stop.from);
  const means = update(X, nearest, stop.means);
  const rest = still(stop.means, means) ? "No mean moved: the end." : "";
  return { step: "update", means, from: stop.from, value: loss(X, nearest, means), rest };
};

export const startAt = (means) => ({ step: "start", means, from: null, value: null });

/** The state with other means to start from. */
export const restarted = (state, means, ahead = state.way?.ahead) => ({
  ...state,
  way: begun(startAt(means), ahead),
  guesses: [],
});

/** What the library warns of where a cluster is empty. */
export function emptyNotice(X, stop) {
  if (!stop.from) return "";
  const j = sizes(labelsAt(X, stop.from), stop.means.length).indexOf(0);
  return j < 0 ? "" : `Cluster ${j} is empty and keeps its mean.`;
}

/** What Python is told of a stop of k-means. */
export function mirrorOf(X, way) {
  const { means, from, value } = here(way);
  return { means, source: from, labels: from && labelsAt(X, from), loss: value };
}

export const meansInHand = ({ way }) => inHand(way).means;

function act(state, event) {
  const { X } = state;
  const means = meansInHand(state);
  const k = means.length;
  const data = edited(X, event, DATA);
  if (data) return dataChanged(state, data, event);
  if (event.kind === "move") return restarted(state, replaced(means, indexIn(event.handle), event.at));
  if (event.name === "Random start") return restarted(state, randomPoints(X, k, source(event.seed)));
  if (event.name === "k-means++ start") return restarted(state, plusPlus(X, k, source(event.seed)));
  return event.name === "k" ? restarted(state, filledUp(X, means, event.value, source(event.seed))) : state;
}

function dataChanged(state, X, event) {
  const means = meansInHand(state);
  const k = Math.min(means.length, distinct(X));
  if (event.kind !== "data") return { ...restarted(state, means.slice(0, k)), X };
  return { ...restarted(state, randomPoints(X, k, source(event.seed))), X, box: limits(X) };
}

const controls = (state) => [
  RANDOM_START,
  { kind: "button", name: "k-means++ start", tip: "Means at data far from each other" },
  kSlider("means", state.X, MOST, meansInHand(state).length),
  aheadCheck(state),
  clickChoice(state, CLICKS),
];

function plane(state) {
  const { X, way, box } = state;
  const { from } = here(way);
  return [
    ...(from ? territories(from, box) : []),
    points(X, from && labelsAt(X, from), { drag: state.click === "data" }),
    changedMarks(way.ahead ? [] : changedData(state).map((i) => X[i])),
    ...walk(way),
    ...guessMarks(state.guesses),
    ...meanHandles(meansInHand(state), box, state.names),
  ];
}

/** The data that the assignment which is shown gave to another cluster. */
function changedData({ X, way }) {
  const [old, now] = [before(way), here(way)];
  if (now.step !== "assign" || !old?.from) return [];
  return changed(labelsAt(X, old.from), labelsAt(X, now.from));
}

function say(state) {
  const { X, way, guesses } = state;
  const { means, from, step, rest, value } = here(way);
  if (!from) return `The start: ${plural(means.length, "mean")}, nothing assigned yet.`;
  const tail = `Data of each mean: ${sizes(labelsAt(X, from), means.length).join(", ")}.`;
  const J = `J = ${number(value, 6)}`;
  if (way.ahead)
    return `From here k-means ${rest ? "ends" : "is"} at ${J} after ${plural(rounds(way), "round")}. ${tail}`;
  const old = before(way);
  const fall = old.value === null ? "" : `, ${number(old.value - value, 4)} less`;
  if (step === "assign") {
    const moved = old.from ? `${plural(changedData(state).length, "datum", "data")} changed cluster. ` : "";
    return `Assign: ${J}${fall}. ${moved}${tail}`;
  }
  return `Update: ${J}${fall}.${rest && ` ${rest}`}${offBy(guesses, means)} ${tail}`;
}

function scene(state) {
  const { way, names, box } = state;
  const title = titleOf(way, EQUATIONS, aheadTitle(way));
  const look = { title, width: 1.35, units: [1, 1], click: clickOf(state) };
  const looks = { assign: { look: "hollow" }, update: { shape: 2 } };
  return {
    panels: [
      panel(...boxAxes(box, names), plane(state), look),
      trace(way, { title: "J: ○ assign, ■ update", label: "J", looks }),
    ],
    name: `k-means with ${plural(meansInHand(state).length, "mean")}; beside it J after each half-step.`,
    say: say(state),
    notice: emptyNotice(state.X, here(way)),
  };
}

export const kmeans = onTimeline(({ X }) => halfStep(X), {
  kind: "KMeans",
  begin: ({ X, start, names, ahead }) => restarted({ X, names, box: limits(X) }, start, ahead),
  guesses: (state) => meansInHand(state).length,
  act,
  controls,
  scene,
  data: DATA,
  pack: ({ X, way }) => ({ X, start: way.stops[0].means }),
  mirror: ({ X, way }) => mirrorOf(X, way),
});
