// The time line of an explorer: the stops of an algorithm from its start on, half-step by half-step, as far as somebody
// has gone. What lies ahead is not computed before it is asked for, so it cannot be seen either.
//
// A stop has `step` (its name), `value` (the objective, null where there is none yet), and `rest`: why nothing follows,
// a sentence, or nothing. The one at `at` is shown. While `hurry`, steps follow until one is at rest; then `ahead` keeps
// the start in hand and the end in view.

import { clamp, range } from "../engine/numbers.js";
import { axis, line, marks, number, panel, text } from "../painter/scene.js";

/** @typedef {{step: string, value: number | null, rest?: string, trouble?: string}} Stop */

export const begun = (stop, ahead = false) => ({ stops: [stop], at: 0, ahead, hurry: ahead });
export const here = (way) => way.stops[way.at];
export const before = (way) => way.stops[way.at - 1] ?? null;
export const atRest = (way) => Boolean(here(way).rest);
export const seen = (way) => way.stops.slice(0, way.at + 1);
/** The stop whose means a hand takes: with the end in view it is the start. */
export const inHand = (way) => (way.ahead ? way.stops[0] : here(way));

/** A stop after the one that is shown, in the place of those that followed. */
export const onward = (way, stop) => ({ ...way, stops: [...seen(way), stop], at: way.at + 1 });

/** One stop further: one that was seen already, or a new one. */
export function forward(way, next) {
  if (way.at < way.stops.length - 1) return { ...way, at: way.at + 1 };
  if (atRest(way)) return way;
  return onward(way, next(way.stops));
}

export const seek = (way, at) => ({
  ...way,
  at: clamp(Math.round(at), 0, way.stops.length - 1),
  hurry: false,
  ahead: false,
});

/** The time line after an event that is about it, null for any other event. */
function moved(way, { kind, name, at, value }, next) {
  if (kind === "seek") return seek(way, at);
  if (kind === "set" && name === "ahead") return { ...way, at: 0, ahead: value, hurry: value };
  if (kind !== "press") return null;
  if (name === "Step") return { ...forward(way.ahead ? seek(way, 0) : way, next), hurry: false };
  if (name === "Back") return seek(way, way.at - 1);
  if (name === "To the start") return seek(way, 0);
  return name === "To the end" ? { ...way, hurry: true } : null;
}

/** The time line with one more step done, null when there is none left. */
function hurried(way, next) {
  if (!way.hurry) return null;
  const end = { ...way, at: way.stops.length - 1 };
  return atRest(end) ? { ...end, hurry: false } : forward(end, next);
}

/**
 * An explorer with a time line. `step(state)` makes the next stop of the stops so far; `guesses(state)` is how many
 * predictions a class may click, and `guessed` of what, if not of each mean. What is given goes before what all have.
 * @param {(state: any) => (stops: Stop[]) => Stop} step
 * @param {any} own
 */
export const onTimeline = (step, own) => ({
  timed: true,
  atRest: ({ way }) => atRest(way),
  next: ({ way }) => (here(way).step === "assign" ? "Update" : "Assign"),
  work(state) {
    const way = hurried(state.way, step(state));
    return way && { ...state, way };
  },
  ...own,
  begin(options) {
    const state = { click: options.click ?? "nothing", guesses: [], ...own.begin(options) };
    const way = range(options.at ?? 0).reduce((so_far) => forward(so_far, step(state)), state.way);
    return { ...state, way };
  },
  scene(state) {
    const { click, guesses, way } = state;
    const shown = own.scene(state);
    const asks = click === "guess" && !atRest(way) && guesses.length < own.guesses(state);
    const what = own.guessed ?? `mean ${guesses.length}`;
    return asks ? { ...shown, say: `Click where ${what} will be. ${shown.say}` } : shown;
  },
  act(state, event) {
    const way = moved(state.way, event, step(state));
    if (way) return { ...state, way, guesses: way.at < state.way.at ? [] : state.guesses };
    if (event.kind === "guess")
      return { ...state, guesses: [...state.guesses, event.at].slice(-own.guesses(state)) };
    if (event.name === "click") return { ...state, click: event.value, guesses: [] };
    return own.act(state, event);
  },
  pack(state) {
    const { way, click } = state;
    return { at: way.ahead ? 0 : way.at, ahead: way.ahead, click, ...own.pack(state) };
  },
  mirror: (state) => ({ step: here(state.way).step, rest: atRest(state.way), ...own.mirror(state) }),
});

export const aheadCheck = ({ way }) => ({ kind: "check", name: "ahead", label: "show the end", value: way.ahead });

/** What a click on the plane does: nothing, or what `options` name. */
export const clickChoice = ({ click }, options) => ({
  kind: "choice",
  name: "click",
  label: "a click",
  options: { nothing: "nothing", ...options },
  value: click,
});
export const CLICKS = { data: "adds or removes data", guess: "predicts" };
export const clickOf = ({ click }) => ({ data: "add", guess: "guess" })[click] ?? null;

/** The round, the half-step that is shown and its equation; `otherwise` at the start, and with the end in view. */
export function titleOf(way, equations, otherwise) {
  const { step, rest } = here(way);
  if (way.ahead || !way.at) return otherwise;
  const name = step.length === 1 ? `${step}-step` : step;
  return `${rounds(way)}: ${name}, eq. ${equations[step]}${rest ? ", the end" : ""}`;
}
export const aheadTitle = (way) =>
  way.ahead ? `start (numbered), ${atRest(way) ? "end" : "so far"} (ring)` : "start";

/** In which round of two half-steps we are. */
export const rounds = (way) => Math.ceil(way.at / 2);

/** A sentence about how far predictions, if there are any, lie from the means. */
export function offBy(guesses, means) {
  const away = guesses.map((at, j) => number(Math.hypot(...at.map((value, a) => value - means[j][a])), 3));
  return away.length ? ` Your prediction is off by ${away.join(", ")}.` : "";
}

const ROOM = 8; // steps, so that the axis does not tell how many will come
const GOAL = "#009E73";

/** The panel with the objective after each step that was seen; a click goes there. */
export function trace(way, { title, label, looks, goal = null, steps = "half-step" }) {
  const known = way.stops.flatMap(({ value, step }, i) => (value === null ? [] : [{ at: [i, value], step, i }]));
  const heights = [...known.map(({ at }) => at[1]), ...(goal ? [goal.at] : [])].filter(Number.isFinite);
  if (heights.length === 1) heights.push(0); // so that the second one does not seem to fall out of the picture
  const [low, high] = heights.length ? [Math.min(...heights), Math.max(...heights)] : [0, 1];
  const room = 0.1 * (high - low) || 0.1 * Math.abs(high) || 1;
  const end = Math.max(ROOM, way.stops.length);
  const past = known.filter(({ i }) => i <= way.at);
  const places = (stops) => stops.map(({ at }) => at);
  const now = past.filter(({ i }) => i === way.at);
  const size = end < 60 ? 8 : 4;
  const layers = [
    line("trace", places(past), "quiet", { width: 1.4 }),
    ...Object.entries(looks).map(([step, look]) =>
      marks(`trace ${step}`, places(past.filter((stop) => stop.step === step)), "ink", { size, ...look }),
    ),
    marks("later", places(known.filter(({ i }) => i > way.at)), "quiet", { size: 6, look: "ring" }),
    marks("now", places(now), "ink", { size: 15, look: "ring" }),
    ...(goal ? goalLayers(goal, end) : []),
  ];
  const x = axis(-0.04 * end, 1.06 * end, steps);
  const y = axis(low - room, high + room, label, heights.length ? null : []);
  return panel(x, y, layers, { title, width: 0.8, tall: 0.5, seek: true });
}

const goalLayers = ({ at, words }, end) => [
  line(
    "goal",
    [-ROOM, 2 * end].map((x) => [x, at]),
    GOAL,
    { dash: true },
  ),
  text([0.98 * end, at], words, GOAL, { shift: [0, 12], anchor: "end" }),
];
