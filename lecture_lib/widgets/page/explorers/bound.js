// Explorer 10: E and M under the log-likelihood of one unknown mean, and their stairs on the bound F(q, theta). q is
// named by the theta whose posterior it is, the anchor.

import { clamp, last, linspace, quantile, remembered } from "../engine/numbers.js";
import { highest, logLikelihood, lowerBound, posteriorShares } from "../engine/one_mean.js";
import { source, uniform } from "../engine/random.js";
import { settled } from "../engine/stopping.js";
import { axis, handle, heat, line, number, panel } from "../painter/scene.js";
import { BOUND, GAP, boundPanel, gapInWords, gridOf } from "./bound_panel.js";
import { guessMarks, trail } from "./means.js";
import { RANDOM_START } from "./data.js";
import { begun, clickChoice, clickOf, here, offBy, onTimeline, onward, seen } from "./timeline.js";

const GRID = 61;
const EQUATIONS = { E: "10.3", M: "10.4" };

const stopAt = (x, step, theta, anchor) => ({
  step,
  theta,
  anchor,
  value: lowerBound(x, posteriorShares(x, anchor), theta),
});

/** Rows are anchors, columns thetas; valleys are filled, where nobody climbs: contours fall where they are needed. */
const mapOf = remembered((x) => {
  const { grid } = gridOf(x);
  const coarse = linspace(grid[0], last(grid), GRID);
  const over = coarse.map((anchor) => {
    const q = posteriorShares(x, anchor);
    return coarse.map((theta) => lowerBound(x, q, theta));
  });
  const sorted = over.flat().sort((a, b) => a - b);
  const floor = quantile(sorted, 0.25);
  const depths = over.map((row) => row.map((value) => -Math.max(value, floor)));
  return heat(depths, coarse, coarse);
});

/** Where q is the posterior at theta, after an E-step or from the start, M is due. */
const due = ({ step, theta, anchor }) => (step !== "M" && theta === anchor ? "M" : "E");

function stepTo(x, stops, step) {
  const stop = last(stops);
  if (step === "M") return stopAt(x, "M", highest(x, posteriorShares(x, stop.anchor), stop.theta), stop.anchor);
  const next = stopAt(x, "E", stop.theta, stop.theta);
  const touched = [...stops.filter((old, i) => due(old) === "M" && stops[i - 1]?.step !== "E"), next];
  const over = stop.step === "M" && settled(touched.map(({ value }) => value));
  return { ...next, rest: over ? "Nothing is left to gain: the end." : "" };
}

function placed(state, ...places) {
  const { grid } = gridOf(state.x);
  const [theta, anchor] = places.map((value) => clamp(value, grid[0], last(grid)));
  return { ...state, way: begun(stopAt(state.x, "start", theta, anchor)), guesses: [] };
}

function act(state, { kind, name, at, handle: handled, X, seed }) {
  const { x, way } = state;
  const { theta, anchor } = here(way);
  if (name === "E-step" || name === "M-step")
    return { ...state, way: onward({ ...way, hurry: false }, stepTo(x, seen(way), name[0])) };
  if (name === "Random start") {
    const random = source(seed);
    const { grid, room } = gridOf(x);
    const draw = () => uniform(random, grid[0] + room, last(grid) - room);
    return placed(state, draw(), draw());
  }
  if (kind === "move") return placed(state, at[0], handled === "theta" ? anchor : at[1]);
  if (kind === "data") return placed({ ...state, x: X.map(([value]) => value) }, theta, anchor);
  return state;
}

const controls = (state) => [
  { kind: "button", name: "E-step" },
  { kind: "button", name: "M-step" },
  RANDOM_START,
  clickChoice(state, { guess: "predicts where θ goes" }),
];

function mapPanel({ x, way }) {
  const { theta, anchor } = here(way);
  const { grid } = gridOf(x);
  const ends = [grid[0], last(grid)];
  const places = seen(way).map((stop) => [stop.theta, stop.anchor]);
  const value = `theta ${number(theta)}, q the posterior at ${number(anchor)}`;
  const layers = [
    mapOf(x),
    line(
      "diagonal",
      ends.map((end) => [end, end]),
      BOUND,
      { dash: true, width: 1.6 },
    ),
    ...trail(places, GAP, 8),
    handle("theta and q", [theta, anchor], { label: "theta and q", value, colour: GAP }),
  ];
  const look = { title: "F from above: dark is high", units: [1, 1], tight: true };
  return panel(axis(...ends, "θ"), axis(...ends, "q, the posterior at this θ"), layers, look);
}

function scene(state) {
  const { x, way, guesses } = state;
  const { step, theta, anchor, rest } = here(way);
  const q = posteriorShares(x, anchor);
  const look = { label: "theta", value: number(theta), colour: GAP, style: "dial", along: "x" };
  const above = [
    ...guessMarks(
      guesses.map(([at]) => [at, logLikelihood(x, at)]),
      () => GAP,
    ),
    handle("theta", [theta, lowerBound(x, q, theta)], look),
  ];
  const what = step === "E" ? "the bound touches" : "θ goes to its top";
  const title =
    step === "start" ? {} : { title: `${step}-step, eq. ${EQUATIONS[step]}: ${what}${rest ? ", the end" : ""}` };
  const predicted = step === "M" ? guesses.map(([at]) => [at]) : [];
  return {
    panels: [boundPanel(x, theta, q, anchor, above, { ...title, click: clickOf(state) }), mapPanel(state)],
    name: "The log-likelihood of one mean theta, and the bound under it; beside them the bound over theta and q.",
    say: gapInWords(x, theta, q) + offBy(predicted, [[theta]]),
    notice: "",
  };
}

/** From where so many steps lead here, if each was the one that was due; else from here. */
function origin({ stops, at }) {
  const walked = stops.slice(0, at).every((stop, i) => !stop.rest && due(stop) === stops[i + 1].step);
  const { theta, anchor } = stops[walked ? 0 : at];
  return { theta, anchor, at: walked ? at : 0 };
}

export const bound = onTimeline(
  ({ x }) =>
    (stops) =>
      stepTo(x, stops, due(last(stops))),
  {
    kind: "Bound",
    begin: ({ x, theta, anchor }) => placed({ x }, theta, anchor),
    guesses: () => 1,
    guessed: "θ",
    act,
    controls,
    scene,
    data: { columns: 1, fewest: 2, most: 200 },
    next: ({ way }) => `Next: ${due(here(way))}`,
    pack: ({ x, way }) => ({ x, ...origin(way), ahead: null }),
    mirror({ x, way }) {
      const { theta, anchor, value } = here(way);
      return { theta, anchor, q: posteriorShares(x, anchor), bound: value, likelihood: logLikelihood(x, theta) };
    },
  },
);
