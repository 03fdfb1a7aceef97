// Soft k-means: responsibilities, free energy, the critical beta, and the branches that annealing follows.

import { distances } from "./kmeans.js";
import { eigen } from "./geometry.js";
import { centreOf, sum } from "./numbers.js";
import { normal } from "./random.js";
import { still } from "./stopping.js";

/** Shares in proportion to exp(-(beta/2) ||x - m||^2): eq. 8.1 with equal weights. */
export const softAssign = (X, means, beta) =>
  distances(X, means).map((row) => {
    const nearest = Math.min(...row);
    const shares = row.map((away) => Math.exp((-beta / 2) * (away - nearest)));
    const total = sum(shares);
    return shares.map((share) => share / total);
  });

/** Means weighted by shares, eq. 1.3 with soft r; a mean without any share keeps its place. */
export function softUpdate(X, r, means) {
  return means.map((old, j) => {
    const top = Math.max(...r.map((row) => row[j]));
    if (top === 0) return old;
    const share = r.map((row) => row[j] / top);
    const total = sum(share);
    const first = old.map((_, a) => sum(X.map((x, i) => share[i] * x[a])) / total);
    return first.map((value, a) => value + sum(X.map((x, i) => share[i] * (x[a] - value))) / total);
  });
}

/** J / 2 minus the entropy over beta: eq. 8.2. */
export function freeEnergy(X, r, means, beta) {
  const away = distances(X, means);
  return sum(
    r.map((row, i) =>
      sum(row.map((share, j) => (share * away[i][j]) / 2 + (share > 0 ? (share * Math.log(share)) / beta : 0))),
    ),
  );
}

export function covariance(X) {
  const [mx, my] = centreOf(X);
  const average = (f) => sum(X.map(([x, y]) => f(x - mx, y - my))) / X.length;
  return [average((x) => x * x), average((x, y) => x * y), average((_, y) => y * y)];
}

/** One over the largest eigenvalue of the covariance of the data: eq. 8.5. */
export const criticalBeta = (X) => 1 / eigen(covariance(X)).large;

/** The means at the next beta of an annealing: nudged from those at the last one, then run until they rest. */
export function annealed(X, means, beta, random, { nudge, tolerance, most }) {
  let here = means.map((m) => m.map((value) => value + nudge * normal(random)));
  for (let step = 0; step < most; step++) {
    const moved = softUpdate(X, softAssign(X, here, beta), here);
    if (still(here, moved, tolerance)) return moved;
    here = moved;
  }
  return here;
}
