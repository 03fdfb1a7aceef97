// A start from which a component shrinks onto a few data, slowly enough to be watched.

import { distances } from "../engine/kmeans.js";
import { maximised, posterior } from "../engine/mixture.js";
import { argmax, centreOf, range, spreadOf } from "../engine/numbers.js";
import { spreadOver } from "./ellipses.js";

const WIDTHS = [0.05, 0.1]; // of the narrow component, as shares of the spread of the data
const LONELY = 12; // data that are tried
const LONGEST = 16; // steps

/** The data that lie farthest from all others. */
function lonely(X) {
  const [u, v] = spreadOf(X);
  const places = X.map(([x, y]) => [x / u, y / v]);
  const apart = distances(places, places).map((row, i) => Math.min(...row.filter((_, l) => l !== i)));
  const order = range(X.length).sort((a, b) => apart[b] - apart[a]);
  return order.slice(0, LONELY).map((i) => X[i]);
}

function narrowStart(X, k, datum, width) {
  const start = spreadOver(X, [datum, ...Array(k - 1).fill(centreOf(X))]);
  const [u, v] = spreadOf(X).map((s) => width * s);
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
  const data = lonely(X);
  const starts = WIDTHS.flatMap((width) => data.map((datum) => narrowStart(X, k, datum, width)));
  return starts[argmax(starts.map((start) => stepsToCollapse(X, start)))];
}
