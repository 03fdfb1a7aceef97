// k-means: the two half-steps, and J, in any number of dimensions.

import { argmin, range, sum } from "./numbers.js";

export function squaredDistance(x, m) {
  let total = 0;
  for (let a = 0; a < x.length; a++) total += (x[a] - m[a]) * (x[a] - m[a]);
  return total;
}

export const distances = (X, means) => X.map((x) => means.map((m) => squaredDistance(x, m)));

/** The nearest mean of each datum, ties to the lowest index: eq. 1.1. */
export const labels = (X, means) => X.map((x) => argmin(means.map((m) => squaredDistance(x, m))));

export function sizes(nearest, k) {
  const counts = Array(k).fill(0);
  for (const j of nearest) counts[j] += 1;
  return counts;
}

/**
 * The means of the data of each cluster, eq. 1.3; an empty cluster keeps its own. Sums run over differences from the
 * first datum of the cluster: the same labels give the same means, to the last digit, so k-means comes to rest.
 */
export function update(X, nearest, means) {
  const first = means.map((_, j) => X[nearest.indexOf(j)]);
  const totals = means.map((m) => m.map(() => 0));
  const counts = sizes(nearest, means.length);
  nearest.forEach((j, i) => {
    for (let a = 0; a < totals[j].length; a++) totals[j][a] += X[i][a] - first[j][a];
  });
  return means.map((m, j) => (counts[j] ? m.map((_, a) => first[j][a] + totals[j][a] / counts[j]) : m));
}

/** J, eq. 3.1. */
export const loss = (X, nearest, means) => sum(X.map((x, i) => squaredDistance(x, means[nearest[i]])));

/** The data that changed their cluster. */
export const changed = (before, after) => range(after.length).filter((i) => before[i] !== after[i]);
