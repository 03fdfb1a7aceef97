// Explorer 03: J over the places of two means on a line; drag the start, and see where the walk of k-means ends.

import { ends, heights, middleOf } from "../engine/landscape.js";
import { last, linspace, remembered } from "../engine/numbers.js";
import { source, uniform } from "../engine/random.js";
import { COLOURS } from "../painter/colour.js";
import { handle, heat, marks, nameMap, number, panel, text } from "../painter/scene.js";
import { RANDOM_START, boxAxes, limits, plural } from "./data.js";
import { EQUATIONS, emptyNotice, halfStep, labelsAt, mirrorOf, restarted } from "./kmeans.js";
import { guessMarks, trail } from "./means.js";
import {
  aheadCheck,
  clickChoice,
  clickOf,
  here,
  inHand,
  offBy,
  onTimeline,
  rounds,
  seen,
  titleOf,
} from "./timeline.js";

const GRID = 81;
const MARGIN = 0.18;
const ASIDE = 0.013; // of a step of the grid: no two means on it are equal then, and no datum sits on the fence
const DATA = { columns: 1, fewest: 2, most: 60 };
const WALK = "ink"; // the colours of the ends are on the map, and are to be predicted

/** The two maps of some data. */
const mapsOf = remembered((x) => {
  const [[low], [high]] = limits(x, MARGIN);
  const grid = linspace(low, high, GRID);
  const rows = grid.map((at) => at + ASIDE * (grid[1] - grid[0]));
  const { losses, which } = ends(x, grid, rows);
  const names = losses.map((J, end) => {
    const [row, column] = middleOf(which, end);
    return text([grid[column], grid[row]], `J = ${number(J, 4)}`);
  });
  return { grid, losses, which, names, heat: heat(heights(x, grid), grid, grid), map: nameMap(which, grid, grid) };
});

/** The name of an end, above or below the handle where that would cover it; sizes in shares of the map. */
function besideHandle(name, at, extent) {
  const [right, up] = at.map((value, a) => (value - name.at[a]) / extent);
  const covered = right > -0.06 && right < 0.35 && Math.abs(up) < 0.1;
  return covered ? { ...name, shift: [8, up > 0 ? 26 : -30] } : name;
}

const pair = (means) => means.map(([at]) => at);
const startedAt = (state, at, ahead) =>
  restarted(
    state,
    at.map((value) => [value]),
    ahead,
  );

function act(state, event) {
  if (event.kind === "move") return startedAt(state, event.at);
  if (event.kind === "data") return startedAt({ ...state, x: event.X }, pair(state.way.stops[0].means));
  if (event.name !== "Random start") return state;
  const random = source(event.seed);
  const [[low], [high]] = limits(state.x, 0);
  return startedAt(state, [uniform(random, low, high), uniform(random, low, high)]);
}

const controls = (state) => [RANDOM_START, aheadCheck(state), clickChoice(state, { guess: "predicts the end" })];

/** The data along both axes, in the colours of the assignment. */
function rug({ x, way }, grid) {
  const low = grid[0] + 0.02 * (last(grid) - grid[0]);
  const { from } = here(way);
  const nearest = from && labelsAt(x, from);
  return [0, 1].flatMap((j) => {
    const mine = x.filter((_, i) => (nearest ? nearest[i] : 0) === j).map(([at]) => at);
    const places = [...mine.map((at) => [at, low]), ...mine.map((at) => [low, at])];
    return marks("", places, from ? COLOURS[2 * j] : "quiet", { shape: j, size: 10 });
  });
}

function scene(state) {
  const { x, unit, way } = state;
  const { grid, heat: ground, map, names } = mapsOf(x);
  const stop = here(way);
  const at = pair(inHand(way).means);
  const walked = seen(way).map(({ means }) => pair(means));
  const value = `mean 0 at ${number(at[0])}, mean 1 at ${number(at[1])} ${unit}`.trim();
  const start = (name) => handle(name, at, { label: `${name}: both means at once`, value, colour: WALK });
  const guessed = guessMarks(state.guesses, () => WALK);
  const left = [
    ground,
    ...rug(state, grid),
    ...trail(walked, WALK, 8),
    marks("end", way.ahead ? [pair(stop.means)] : [], WALK, { size: 15, look: "hollow" }),
    ...guessed,
    start("start"),
  ];
  const axes = boxAxes(
    [grid[0], last(grid)].map((end) => [end, end]),
    ["m₀", "m₁"].map((name) => `mean ${name}${unit && ` / ${unit}`}`),
  );
  const look = { units: [1, 1], tight: true, click: clickOf(state) };
  const extent = last(grid) - grid[0];
  const free = names.map((name) => besideHandle(name, at, extent));
  const right = [map, ...free, ...guessed, start("start, on the map")];
  return {
    panels: [
      panel(...axes, left, { ...look, title: titleOf(way, EQUATIONS, "J from above: dark is low") }),
      panel(...axes, right, { ...look, title: "where a start ends" }),
    ],
    name: "J over the places of two means on a line, with the walk of k-means; beside it the end of each start.",
    say: say(state),
    notice: emptyNotice(x, stop),
  };
}

function say({ way, guesses }) {
  const { from, means, rest, value } = here(way);
  const [start, at] = [way.stops[0].means, means].map((each) =>
    pair(each)
      .map((one) => number(one))
      .join(" and "),
  );
  if (!from) return `The start: means at ${start}, nothing assigned yet.`;
  const off = rest ? offBy(guesses, [pair(means)]) : "";
  return `From ${start}, k-means ${rest ? "ends" : "stands"} at ${at} after ${plural(rounds(way), "round")}: J = ${number(value, 5)}.${off}`;
}

export const landscape = onTimeline(({ x }) => halfStep(x), {
  kind: "Landscape",
  begin: ({ x, start, unit, ahead }) => startedAt({ x, unit }, start, ahead),
  guesses: () => 1,
  guessed: "the end",
  act,
  controls,
  scene,
  data: DATA,
  pack: ({ x, way }) => ({ x, start: pair(way.stops[0].means) }),
  mirror: ({ x, way }) => mirrorOf(x, way),
});
