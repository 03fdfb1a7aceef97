// Explorer 03: J over the places of two means on a line; drag the start, and see where the walk of k-means ends.

import { ends, heights, middleOf } from "../engine/landscape.js";
import { last, linspace, remembered } from "../engine/numbers.js";
import { source, uniform } from "../engine/random.js";
import { COLOURS } from "../painter/colour.js";
import { axis, handle, heat, line, marks, nameMap, number, panel, text } from "../painter/scene.js";
import { atRest, begun, here, hurried, looked, timed } from "./journey.js";
import { EQUATIONS, emptyNotice, labelsAt, startAt, step } from "./kmeans.js";

const GRID = 81;
const MARGIN = 0.18;
const ASIDE = 0.013; // of a step of the grid: no two means on it are equal then, and no datum sits on the fence
const DATA = { fewest: 2, most: 60 };
const WALK = "ink"; // the colours of the ends are on the map, and are to be predicted

const spanOf = (x) => {
  const values = x.map(([at]) => at);
  return [Math.min(...values), Math.max(...values)];
};

/** The two maps of some data. */
export const mapsOf = remembered((x) => {
  const [low, high] = spanOf(x);
  const room = MARGIN * (high - low || 1);
  const grid = linspace(low - room, high + room, GRID);
  const { losses, which } = ends(
    x,
    grid,
    grid.map((at) => at + ASIDE * (grid[1] - grid[0])),
  );
  const names = losses.map((J, end) => {
    const [row, column] = middleOf(which, end);
    return text([grid[column], grid[row]], `J = ${number(J, 4)}`);
  });
  return { grid, losses, which, names, heat: heat(heights(x, grid), grid, grid), map: nameMap(which, grid, grid) };
});

const pair = (means) => means.map(([at]) => at);
const restarted = (state, at) => ({
  ...state,
  way: begun(startAt(at.map((value) => [value])), state.way.ahead),
  guess: null,
});

function begin({ x, start, unit = "", at = 0, ahead = false, click = "nothing" }) {
  let state = { x, unit, click, guess: null, way: begun(startAt(start.map((value) => [value])), ahead) };
  for (let i = 0; i < at; i++) state = act(state, { kind: "press", name: "Step" });
  return state;
}

function act(state, event) {
  const way = timed(state.way, event, step(state.x));
  if (way) return { ...state, way };
  if (event.kind === "move") return restarted(state, event.at);
  if (event.kind === "guess") return { ...state, guess: event.at };
  if (event.kind === "data") return restarted({ ...state, x: event.X }, pair(state.way.stops[0].means));
  if (event.kind === "press" && event.name === "Random start") {
    const random = source(event.seed);
    const [low, high] = spanOf(state.x);
    return restarted(state, [uniform(random, low, high), uniform(random, low, high)]);
  }
  if (event.kind === "set" && event.name === "ahead") return { ...state, way: looked(state.way, event.value) };
  if (event.kind === "set" && event.name === "click") return { ...state, click: event.value, guess: null };
  return state;
}

const controls = ({ way, click }) => [
  { kind: "button", name: "Random start", tip: "Both means anywhere on the map" },
  { kind: "check", name: "ahead", label: "show the end", value: way.ahead },
  {
    kind: "choice",
    name: "click",
    label: "a click",
    options: { nothing: "nothing", guess: "predicts the end" },
    value: click,
  },
];

/** The data along both axes, in the colours of the assignment. */
function rug({ x, way }, grid) {
  const [low, stop] = [grid[0] + 0.02 * (last(grid) - grid[0]), here(way)];
  const nearest = stop.from && labelsAt(x, stop.from);
  /** @type {[number | null, string][]} */
  const groups = nearest
    ? [
        [0, COLOURS[0]],
        [1, COLOURS[2]],
      ]
    : [[null, "quiet"]];
  return groups.flatMap(([j, colour]) => {
    const mine = x.filter((_, i) => j === null || nearest[i] === j).map(([at]) => at);
    const look = { shape: j ?? 0, size: 10 };
    return [
      marks(
        "",
        mine.map((at) => [at, low]),
        colour,
        look,
      ),
      marks(
        "",
        mine.map((at) => [low, at]),
        colour,
        look,
      ),
    ];
  });
}

function scene(state) {
  const { x, unit, way, guess } = state;
  const { grid, heat: ground, map, names } = mapsOf(x);
  const stop = here(way);
  const at = pair((way.ahead ? way.stops[0] : stop).means);
  const seen = way.stops.slice(0, way.at + 1).map(({ means }) => pair(means));
  const units = unit ? ` / ${unit}` : "";
  const value = `mean 0 at ${number(at[0])}, mean 1 at ${number(at[1])} ${unit}`.trim();
  const grip = (name) => handle(name, at, { label: `${name}: both means at once`, value, colour: WALK });
  const guessed = guess ? [marks("guess", [guess], WALK, { shape: 3, size: 16, look: "hollow" })] : [];
  const left = [
    ground,
    ...rug(state, grid),
    line("", seen, WALK, { width: 2.4, halo: true }),
    marks("", seen, WALK, { size: 8 }),
    ...(way.ahead ? [marks("end", [pair(stop.means)], WALK, { size: 15, look: "hollow" })] : []),
    ...guessed,
    grip("start"),
  ];
  const axes = ["m₀", "m₁"].map((name) => axis(grid[0], last(grid), `mean ${name}${units}`));
  const look = { units: [1, 1], tight: true, click: state.click === "guess" ? "guess" : null };
  const title =
    stop.from && !way.ahead
      ? `${Math.ceil(way.at / 2)}: ${stop.step}, eq. ${EQUATIONS[stop.step]}`
      : "J from above: dark is low";
  return {
    panels: [
      panel(axes[0], axes[1], left, { ...look, title: title + (stop.rest && !way.ahead ? ", the end" : "") }),
      panel(axes[0], axes[1], [map, ...names, ...guessed, grip("start, on the map")], {
        ...look,
        title: "where a start ends",
      }),
    ],
    name: "Two maps over the places of two means on a line: the height J with the walk of k-means, and the end that each start leads to.",
    say: say(state),
    notice: emptyNotice(x, stop),
    aspect: 0.5,
  };
}

function say({ way, guess }) {
  const stop = here(way);
  const [start, at] = [way.stops[0], stop].map(({ means }) =>
    pair(means)
      .map((value) => number(value))
      .join(" and "),
  );
  if (!stop.from) return `The start: means at ${start}, nothing assigned yet.`;
  const rounds = `${Math.ceil(way.at / 2)} ${way.at <= 2 ? "round" : "rounds"}`;
  const off =
    guess && stop.rest
      ? ` Your prediction is off by ${number(Math.hypot(...pair(stop.means).map((v, a) => v - guess[a])), 3)}.`
      : "";
  return `From ${start}, k-means ${stop.rest ? "ends" : "stands"} at ${at} after ${rounds}: J = ${number(stop.value, 5)}.${off}`;
}

export const landscape = {
  kind: "Landscape",
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
  next: ({ way }) => (here(way).step === "assign" ? "Update" : "Assign"),
  atRest: ({ way }) => atRest(way),
  pack: ({ x, unit, way, click }) => ({
    x,
    unit,
    start: pair(way.stops[0].means),
    at: way.ahead ? 0 : way.at,
    ahead: way.ahead,
    click,
  }),
  python: ({ way }, data) =>
    `LandscapeExplorer(${data}, start=${JSON.stringify(pair(way.stops[0].means))}, ${way.ahead ? "ahead=True" : `at=${way.at}`})`,
  mirror({ x, way }) {
    const { means, from, value, step: name, rest } = here(way);
    const nearest = from && labelsAt(x, from);
    return {
      x,
      start: pair(way.stops[0].means),
      means,
      source: from,
      labels: nearest,
      loss: value,
      step: name,
      rest: Boolean(rest),
    };
  },
};
