// A start from which a component shrinks onto a few data, slowly enough to be watched.

import { maximised, posterior } from "../engine/mixture.js";
import { argmax, range, spread } from "../engine/numbers.js";
import { spreadOver } from "./ellipses.js";

const WIDTHS = [0.05, 0.1]; // of the narrow component, as shares of the spread of the data
const LONELY = 12; // data that are tried
const LONGEST = 16; // steps

/** The data that lie farthest from all others. */
function lonely(X, unit) {
  const away = (x, y) => ((x[0] - y[0]) / unit[0]) ** 2 + ((x[1] - y[1]) / unit[1]) ** 2;
  const apart = X.map((x, i) =>
    X.reduce((least, y, l) => (l === i ? least : Math.min(least, away(x, y))), Infinity),
  );
  return range(X.length)
    .sort((a, b) => apart[b] - apart[a])
    .slice(0, LONELY)
    .map((i) => X[i]);
}

function narrowStart(X, k, datum, width, stats) {
  const centre = stats.map(([mean]) => mean);
  const start = spreadOver(X, [datum, ...range(k - 1).map(() => centre)]);
  const [u, v] = stats.map(([, s]) => width * s);
  return { ...start, covariances: [[u * u, 0, v * v], ...start.covariances.slice(1)] };
}

function stepsToCollapse(X, start) {
  let theta = start;
  for (let count = 1; count <= LONGEST; count++) {
    const moved = maximised(X, posterior(X, theta).r, theta, "full", null);
    if (moved.collapsed >= 0) return count;
    theta = moved.theta;
  }
  return 0;
}

/** Of narrow starts on lonely data the one whose collapse takes longest. */
export function fallingStart(X, k) {
  const stats = spread(X);
  const data = lonely(
    X,
    stats.map(([, s]) => s),
  );
  const starts = WIDTHS.flatMap((width) => data.map((datum) => narrowStart(X, k, datum, width, stats)));
  return starts[argmax(starts.map((start) => stepsToCollapse(X, start)))];
}
