// Explorer 10: E and M under the log-likelihood of one unknown mean, and their stairs on the bound F(q, theta). q is
// named by the theta whose posterior it is, the anchor.

import { highest, logLikelihood, lowerBound, shares } from "../engine/bound.js";
import { clamp, linspace, quantile, remembered } from "../engine/numbers.js";
import { source, uniform } from "../engine/random.js";
import { settled } from "../engine/stopping.js";
import { axis, handle, heat, line, marks, number, panel } from "../painter/scene.js";
import { atRest, begun, here, hurried, timed } from "./journey.js";
import { BOUND, GAP, gapInWords, gridOf, hills } from "./hills.js";

const GRID = 61;
const DATA = { fewest: 2, most: 200 };
const EQUATIONS = { E: "10.3", M: "10.4" };

const stopAt = (x, step, theta, anchor) => ({
  step,
  theta,
  anchor,
  value: lowerBound(x, shares(x, anchor), theta),
});

/** Rows are anchors, columns thetas; valleys are filled, where nobody climbs: contours fall where they are needed. */
const mapOf = remembered((x) => {
  const { grid } = gridOf(x);
  const coarse = linspace(grid[0], grid[grid.length - 1], GRID);
  const over = coarse.map((anchor) => {
    const q = shares(x, anchor);
    return coarse.map((theta) => lowerBound(x, q, theta));
  });
  const floor = quantile(
    over.flat().sort((a, b) => a - b),
    0.25,
  );
  return heat(
    over.map((row) => row.map((value) => -Math.max(value, floor))),
    coarse,
    coarse,
  );
});

const due = (stop) => (stop.theta === stop.anchor ? "M" : "E");

function stepTo(x, stops, step) {
  const stop = stops[stops.length - 1];
  if (step === "E") {
    const next = stopAt(x, "E", stop.theta, stop.theta);
    const touched = [...stops.filter((old, i) => old.step === "E" && stops[i - 1].step !== "E"), next];
    const over = stop.step === "M" && settled(touched.map(({ value }) => value));
    return { ...next, rest: over ? "Nothing is left to gain: the end." : "" };
  }
  return stopAt(x, "M", highest(x, shares(x, stop.anchor), stop.theta), stop.anchor);
}

const step = (x) => (stops) => stepTo(x, stops, due(stops[stops.length - 1]));

function placed(state, theta, anchor) {
  const { grid } = gridOf(state.x);
  const [p, q] = [theta, anchor].map((value) => clamp(value, grid[0], grid[grid.length - 1]));
  return { ...state, way: begun(stopAt(state.x, "start", p, q)), guess: null };
}

function begin({ x, theta, anchor, at = 0, click = "nothing" }) {
  let state = placed({ x, click }, theta, anchor);
  for (let i = 0; i < at; i++) state = act(state, { kind: "press", name: "Step" });
  return state;
}

function act(state, event) {
  const { x, way } = state;
  const later = timed(way, event, step(x));
  if (later) return { ...state, way: later, guess: later.at > way.at ? state.guess : null };
  const { theta, anchor } = here(way);
  if (event.kind === "press" && (event.name === "E-step" || event.name === "M-step")) {
    const stops = way.stops.slice(0, way.at + 1);
    return {
      ...state,
      way: { ...way, stops: [...stops, stepTo(x, stops, event.name[0])], at: way.at + 1, hurry: false },
    };
  }
  if (event.kind === "press" && event.name === "Random start") {
    const random = source(event.seed);
    const { grid, room } = gridOf(x);
    const draw = () => uniform(random, grid[0] + room, grid[grid.length - 1] - room);
    return placed(state, draw(), draw());
  }
  if (event.kind === "move" && event.handle === "theta") return placed(state, event.at[0], anchor);
  if (event.kind === "move" && event.handle === "theta and q") return placed(state, event.at[0], event.at[1]);
  if (event.kind === "guess") return { ...state, guess: event.at[0] };
  if (event.kind === "set" && event.name === "click") return { ...state, click: event.value, guess: null };
  if (event.kind === "data") return placed({ ...state, x: event.X.map(([value]) => value) }, theta, anchor);
  return state;
}

function controls(state) {
  const options = { nothing: "nothing", guess: "predicts where θ goes" };
  return [
    { kind: "button", name: "E-step", tip: "q becomes the posterior at theta: the bound touches" },
    { kind: "button", name: "M-step", tip: "theta goes to the highest point of the bound" },
    { kind: "button", name: "Random start", tip: "Any theta, any q" },
    { kind: "choice", name: "click", label: "a click", options, value: state.click },
  ];
}

function mapPanel({ x, way }) {
  const { theta, anchor } = here(way);
  const { grid } = gridOf(x);
  const ends = [grid[0], grid[grid.length - 1]];
  const trail = way.stops.slice(0, way.at + 1).map((stop) => [stop.theta, stop.anchor]);
  const value = `theta ${number(theta)}, q the posterior at ${number(anchor)}`;
  const layers = [
    mapOf(x),
    line(
      "diagonal",
      ends.map((end) => [end, end]),
      BOUND,
      { dash: true, width: 1.6 },
    ),
    line("", trail, GAP, { width: 2.4, halo: true }),
    marks("", trail, GAP, { size: 7 }),
    handle("theta and q", [theta, anchor], { label: "theta and q", value, colour: GAP }),
  ];
  const look = { title: "F from above: dark is high", units: [1, 1], tight: true };
  return panel(axis(...ends, "θ"), axis(...ends, "q, the posterior at this θ"), layers, look);
}

function scene(state) {
  const { x, way } = state;
  const { step: name, theta, anchor, rest } = here(way);
  const q = shares(x, anchor);
  const dial = handle("theta", [theta, lowerBound(x, q, theta)], {
    label: "theta",
    value: number(theta),
    colour: GAP,
    style: "dial",
    along: "x",
  });
  const guess =
    state.guess === null
      ? []
      : [
          marks("guess", [[state.guess, logLikelihood(x, state.guess)]], GAP, {
            shape: 3,
            size: 16,
            look: "hollow",
          }),
        ];
  const title =
    name === "start"
      ? "the bound F(q, θ) under L(θ)"
      : `${name}-step, eq. ${EQUATIONS[name]}: ${name === "E" ? "the bound touches" : "θ goes to its top"}`;
  const click = state.click === "guess" ? "guess" : null;
  return {
    panels: [
      hills(x, theta, q, anchor, [...guess, dial], { title: title + (rest ? ", the end" : ""), click }),
      mapPanel(state),
    ],
    name: "Left the log-likelihood of one unknown mean theta and the lower bound under it, with a dial; right the bound from above, over theta and q, and the stairs of EM.",
    say: gapInWords(x, theta, q) + guessed(state),
    notice: "",
    aspect: 0.48,
  };
}

const guessed = ({ guess, way }) =>
  guess !== null && here(way).step === "M"
    ? ` Your prediction is off by ${number(Math.abs(guess - here(way).theta), 3)}.`
    : "";

/** From where so many steps lead here, if each was the one that was due; else from here. */
function origin({ stops, at }) {
  const walked = stops.slice(0, at).every((stop, i) => due(stop) === stops[i + 1].step);
  const { theta, anchor } = stops[walked ? 0 : at];
  return { theta, anchor, at: walked ? at : 0 };
}

export const bound = {
  kind: "Bound",
  timed: true,
  begin,
  act,
  controls,
  scene,
  data: { columns: 1, ...DATA },
  work: (state) => {
    const way = hurried(state.way, step(state.x));
    return way && { ...state, way };
  },
  next: ({ way }) => `Next: ${due(here(way))}`,
  atRest: ({ way }) => atRest(way),
  pack: (state) => ({ x: state.x, ...origin(state.way), click: state.click }),
  python(state, data) {
    const { theta, anchor, at } = origin(state.way);
    return `BoundExplorer(${data}, theta=${theta}, anchor=${anchor}, at=${at})`;
  },
  mirror({ x, way }) {
    const { theta, anchor, value, step: name } = here(way);
    return {
      x,
      theta,
      anchor,
      q: shares(x, anchor),
      bound: value,
      likelihood: logLikelihood(x, theta),
      step: name,
      rest: atRest(way),
    };
  },
};
