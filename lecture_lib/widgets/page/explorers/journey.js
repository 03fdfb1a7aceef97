// A journey: the stops of an algorithm from its start on, half-step by half-step, as far as somebody has gone. What
// lies ahead is not computed before it is asked for, so it cannot be seen either.
//
// A stop has `step` (its name), `value` (the objective, null where there is none yet), and `rest`: why nothing follows,
// a sentence, or nothing. `shown` is the stop that is shown. While `hurry`, steps follow until one is at rest; then
// `ahead` keeps the start in hand and the end in view.

import { clamp, last } from "../engine/numbers.js";
import { axis, line, marks, panel, text } from "../painter/scene.js";

/** @typedef {{step: string, value: number | null, rest?: string, trouble?: string}} Stop */

export const begun = (stop, ahead = false) => ({ stops: [stop], at: 0, ahead, hurry: ahead });
export const here = (way) => way.stops[way.at];
export const before = (way) => way.stops[way.at - 1] ?? null;
export const atRest = (way) => Boolean(here(way).rest);

/** One stop further: one that was seen already, or a new one. */
export function forward(way, next) {
  if (way.at < way.stops.length - 1) return { ...way, at: way.at + 1 };
  if (atRest(way)) return way;
  return { ...way, stops: [...way.stops, next(way.stops)], at: way.at + 1 };
}

export const seek = (way, at) => ({
  ...way,
  at: clamp(Math.round(at), 0, way.stops.length - 1),
  hurry: false,
  ahead: false,
});

/** The journey after an event of its time line, null for any other event. */
export function timed(way, event, next) {
  if (event.kind === "seek") return seek(way, event.at);
  if (event.kind !== "press") return null;
  if (event.name === "Step") {
    if (way.ahead) return forward(seek(way, 0), next);
    return { ...forward(way, next), hurry: false };
  }
  if (event.name === "Back") return seek(way, way.at - 1);
  if (event.name === "To the start") return seek(way, 0);
  if (event.name === "To the end") return { ...way, hurry: true };
  return null;
}

/** The journey with some more work done, null when there is none left. */
export function hurried(way, next) {
  if (!way.hurry) return null;
  const end = { ...way, at: way.stops.length - 1 };
  return atRest(end) ? { ...end, hurry: false } : forward(end, next);
}

/** The journey with its end in view, or back at its start. */
export const looked = (way, ahead) => ({ ...way, at: 0, ahead, hurry: ahead });

const ROOM = 8; // steps, so that the axis does not tell how many will come

/** The panel with the objective after each step that was seen; a click goes there. */
export function trace(way, { title, label, looks, width = 0.8, goal = null, steps = "half-step" }) {
  const seen = way.stops.flatMap(({ value, step }, i) => (value === null ? [] : [{ at: [i, value], step, i }]));
  const heights = [...seen.map(({ at }) => at[1]), ...(goal ? [goal.at] : [])].filter(Number.isFinite);
  const [low, high] = heights.length ? [Math.min(...heights), Math.max(...heights)] : [0, 1];
  const room = 0.1 * (high - low) || 0.1 * Math.abs(high) || 1;
  const end = Math.max(ROOM, way.stops.length);
  const past = seen.filter(({ i }) => i <= way.at);
  const layers = [
    line(
      "trace",
      past.map(({ at }) => at),
      "quiet",
      { width: 1.4 },
    ),
    ...Object.entries(looks).map(([step, look]) =>
      marks(
        `trace ${step}`,
        past.filter((stop) => stop.step === step).map(({ at }) => at),
        "ink",
        {
          size: end < 60 ? 8 : 4,
          ...look,
        },
      ),
    ),
    marks(
      "later",
      seen.filter(({ i }) => i > way.at).map(({ at }) => at),
      "quiet",
      { size: 6, look: "ring" },
    ),
    ...(past.length && last(past).i === way.at
      ? [marks("now", [last(past).at], "ink", { size: 15, look: "ring" })]
      : []),
  ];
  if (goal) {
    layers.push(
      line(
        "goal",
        [
          [-ROOM, goal.at],
          [2 * end, goal.at],
        ],
        "#009E73",
        { dash: true },
      ),
    );
    layers.push(text([0.98 * end, goal.at], goal.words, "#009E73", { shift: [0, -7], anchor: "end" }));
  }
  const x = axis(-0.04 * end, 1.06 * end, steps);
  const y = axis(low - room, high + room, label, heights.length ? null : []);
  return panel(x, y, layers, { title, width, tall: 0.5, seek: true });
}
