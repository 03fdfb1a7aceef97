// Clusters renamed so that two labellings agree as far as they can; for the few clusters of a figure all ways are tried.

import { argmax, range, sum } from "./numbers.js";

const orders = (names) =>
  names.length < 2
    ? [names]
    : names.flatMap((first) => orders(names.filter((name) => name !== first)).map((rest) => [first, ...rest]));

/** The labelling under the names of another one. */
export function renamed(labelling, like) {
  const k = Math.max(...labelling, ...like) + 1;
  const shared = range(k).map(() => Array(k).fill(0));
  labelling.forEach((j, i) => {
    shared[j][like[i]] += 1;
  });
  const all = orders(range(k));
  const best = all[argmax(all.map((order) => sum(order.map((name, j) => shared[j][name]))))];
  return labelling.map((j) => best[j]);
}
