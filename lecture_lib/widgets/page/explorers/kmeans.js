// Explorer 01: k-means, half-step by half-step, under your hands.

import { changed, labels, loss, sizes, update } from "../engine/kmeans.js";
import { remembered, replaced, same } from "../engine/numbers.js";
import { source } from "../engine/random.js";
import { plusPlus, randomPoints } from "../engine/starts.js";
import { axis, marks, number, panel, points } from "../painter/scene.js";
import { atRest, before, begun, here, hurried, looked, timed, trace } from "./journey.js";
import {
  CLICKS,
  edited,
  guessMarks,
  limits,
  meanHandles,
  mostClusters,
  movesOf,
  paths,
  plural,
  rings,
  territories,
} from "./parts.js";

const MOST = 6;
const DATA = { fewest: 2, most: 5000 };
export const EQUATIONS = { assign: "1.2", update: "1.3" };
export const LOOKS = { assign: { look: "hollow" }, update: { shape: 2 } };

export const labelsAt = remembered((X, from) => labels(X, from));

/** The half-step that follows: an assignment after the start and after each update. */
export const step = (X) => (stops) => {
  const stop = stops[stops.length - 1];
  if (stop.step === "assign") {
    const means = update(X, labelsAt(X, stop.from), stop.means);
    const still = means.every((m, j) => same(m, stop.means[j]));
    const rest = still ? "No mean moved: the end." : "";
    return { step: "update", means, from: stop.from, value: loss(X, labelsAt(X, stop.from), means), rest };
  }
  return {
    step: "assign",
    means: stop.means,
    from: stop.means,
    value: loss(X, labelsAt(X, stop.means), stop.means),
  };
};

export const startAt = (means) => ({ step: "start", means, from: null, value: null });

/** What the library warns of where a cluster is empty. */
export function emptyNotice(X, stop) {
  if (!stop.from) return "";
  const j = sizes(labelsAt(X, stop.from), stop.means.length).indexOf(0);
  return j < 0 ? "" : `Cluster ${j} is empty and keeps its mean; start from other means or choose a smaller k.`;
}

const gripsOf = (way) => (way.ahead ? way.stops[0] : here(way)).means;
const restarted = (state, means) => ({ ...state, way: begun(startAt(means), state.way.ahead), guesses: [] });

function begin({ X, start, names = ["", ""], at = 0, ahead = false, click = "nothing" }) {
  let state = { X, names, box: limits(X), way: begun(startAt(start), ahead), click, guesses: [] };
  for (let i = 0; i < at; i++) state = act(state, { kind: "press", name: "Step" });
  return state;
}

function resized(state, k, seed) {
  const means = gripsOf(state.way);
  const extra = randomPoints(state.X, Math.max(k - means.length, 0), source(seed));
  return restarted(state, [...means, ...extra].slice(0, k));
}

function act(state, event) {
  const way = timed(state.way, event, step(state.X));
  if (way) return { ...state, way, guesses: way.at > state.way.at ? state.guesses : [] };
  const X = edited(state.X, event, DATA);
  if (X) return dataChanged(state, X, event);
  const [kind, j] = event.kind === "move" ? event.handle.split("-") : [];
  if (kind === "mean") return restarted(state, replaced(gripsOf(state.way), Number(j), event.at));
  if (event.kind === "guess")
    return { ...state, guesses: [...state.guesses, event.at].slice(-gripsOf(state.way).length) };
  if (event.kind === "press" && event.name === "Random start") {
    return restarted(state, randomPoints(state.X, gripsOf(state.way).length, source(event.seed)));
  }
  if (event.kind === "press" && event.name === "k-means++ start") {
    return restarted(state, plusPlus(state.X, gripsOf(state.way).length, source(event.seed)));
  }
  if (event.kind === "set" && event.name === "k") return resized(state, event.value, event.seed);
  if (event.kind === "set" && event.name === "ahead") return { ...state, way: looked(state.way, event.value) };
  if (event.kind === "set" && event.name === "click") return { ...state, click: event.value, guesses: [] };
  return state;
}

function dataChanged(state, X, event) {
  const k = Math.min(gripsOf(state.way).length, mostClusters(X, MOST));
  if (event.kind === "data") {
    const means = randomPoints(X, k, source(event.seed));
    return { ...restarted(state, means), X, box: limits(X) };
  }
  return { ...restarted(state, gripsOf(state.way).slice(0, k)), X };
}

function controls(state) {
  const k = gripsOf(state.way).length;
  return [
    { kind: "button", name: "Random start", tip: "Means at data drawn at random" },
    { kind: "button", name: "k-means++ start", tip: "Means at data drawn far from each other" },
    { kind: "slider", name: "k", label: "means k", low: 1, high: mostClusters(state.X, MOST), step: 1, value: k },
    { kind: "check", name: "ahead", label: "show the end", value: state.way.ahead },
    { kind: "choice", name: "click", label: "a click", options: CLICKS, value: state.click },
  ];
}

function plane(state) {
  const { X, way, box } = state;
  const stop = here(way);
  const past = way.stops.slice(0, way.at + 1).map(({ means }) => means);
  const r = stop.from && labelsAt(X, stop.from);
  return [
    ...(stop.from ? territories(stop.from, box) : []),
    points(X, r, { drag: state.click === "data" }),
    ...(way.ahead
      ? []
      : [
          marks(
            "changed",
            changedData(state).map((i) => X[i]),
            "ink",
            { size: 13, look: "ring" },
          ),
        ]),
    ...paths(past),
    ...(way.ahead ? rings(stop.means) : movesOf(way)),
    ...guessMarks(state.guesses),
    ...meanHandles(gripsOf(way), box, state.names),
  ];
}

/** The data that the assignment which is shown gave to another cluster. */
function changedData({ X, way }) {
  const [old, now] = [before(way), here(way)];
  if (now.step !== "assign" || !old?.from) return [];
  return changed(labelsAt(X, old.from), labelsAt(X, now.from));
}

function say(state) {
  const { X, way } = state;
  const stop = here(way);
  if (!stop.from) return `The start: ${plural(stop.means.length, "mean")}, nothing assigned yet.`;
  const counts = sizes(labelsAt(X, stop.from), stop.means.length).join(", ");
  const tail = `Data of each mean: ${counts}.`;
  const J = number(stop.value, 6);
  if (way.ahead) {
    const rounds = plural(Math.ceil(way.at / 2), "round");
    return `From here k-means ${stop.rest ? "ends" : "is"} at J = ${J} after ${rounds}. ${tail}`;
  }
  const fall = before(way).value === null ? "" : `, ${number(before(way).value - stop.value, 4)} less`;
  if (stop.step === "update")
    return `Update: J = ${J}${fall}. ${stop.rest || guessed(state)} ${tail}`.replace("  ", " ");
  const moved = before(way).from ? `${plural(changedData(state).length, "datum", "data")} changed cluster. ` : "";
  return `Assign: J = ${J}${fall}. ${moved}${tail}`;
}

function guessed({ guesses, way }) {
  const off = guesses.map((at, j) => number(Math.hypot(...at.map((v, a) => v - here(way).means[j][a])), 3));
  return off.length ? `Predicted means are off by ${off.join(", ")}.` : "";
}

function titleOf(way) {
  const stop = here(way);
  if (way.ahead) return `from the start (numbered) to ${stop.rest ? "the end" : "where we are"} (ring)`;
  if (!way.at) return "start";
  const round = Math.ceil(way.at / 2);
  return `${round}: ${stop.step}, eq. ${EQUATIONS[stop.step]}${stop.rest ? ", the end" : ""}`;
}

function scene(state) {
  const { way, names, box } = state;
  const k = gripsOf(way).length;
  const axes = [0, 1].map((a) => axis(box[0][a], box[1][a], names[a]));
  const look = { title: titleOf(way), width: 1.35, units: [1, 1], click: clickOf(state) };
  return {
    panels: [
      panel(axes[0], axes[1], plane(state), look),
      trace(way, { title: "J: ○ after assign, ■ after update", label: "J", looks: LOOKS }),
    ],
    name: `Data and ${plural(k, "mean")} of k-means that can be dragged; beside them J after each half-step.`,
    say: say(state),
    notice: emptyNotice(state.X, here(way)),
    aspect: 0.46,
  };
}

const clickOf = (state) => ({ data: "add", guess: "guess" })[state.click] ?? null;

export const kmeans = {
  kind: "KMeans",
  timed: true,
  begin,
  act,
  controls,
  scene,
  data: { columns: 2, ...DATA },
  work: (state) => {
    const way = hurried(state.way, step(state.X));
    return way && { ...state, way };
  },
  next: ({ way }) => (here(way).step === "assign" ? "Update" : "Assign"),
  atRest: ({ way }) => atRest(way),
  pack: ({ X, names, way, click }) => ({
    X,
    names,
    start: way.stops[0].means,
    at: way.ahead ? 0 : way.at,
    ahead: way.ahead,
    click,
  }),
  python: ({ way }, data) =>
    `KMeansExplorer(${data}, start=${JSON.stringify(way.stops[0].means)}, ${way.ahead ? "ahead=True" : `at=${way.at}`})`,
  mirror({ X, way }) {
    const { means, from, value, step: name } = here(way);
    const nearest = from && labelsAt(X, from);
    return {
      X,
      start: way.stops[0].means,
      means,
      source: from,
      labels: nearest,
      loss: value,
      step: name,
      rest: atRest(way),
    };
  },
};
