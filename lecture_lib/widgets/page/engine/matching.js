// Clusters renamed so that two labellings agree as far as they can; for the few clusters of a figure all ways are tried.

import { range } from "./numbers.js";

function* orders(names) {
  if (names.length <= 1) yield names;
  for (const [i, first] of names.entries()) {
    for (const rest of orders(names.filter((_, j) => j !== i))) if (names.length > 1) yield [first, ...rest];
  }
}

/** The labelling under the names of another one. */
export function renamed(labelling, like) {
  const k = Math.max(...labelling, ...like) + 1;
  const shared = range(k).map(() => Array(k).fill(0));
  labelling.forEach((j, i) => {
    shared[j][like[i]] += 1;
  });
  let best = range(k);
  let most = -1;
  for (const order of orders(range(k))) {
    const agreed = order.reduce((total, name, j) => total + shared[j][name], 0);
    if (agreed > most) [best, most] = [order, agreed];
  }
  return labelling.map((j) => best[j]);
}
