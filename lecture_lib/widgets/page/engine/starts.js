// Where to start.

import { squaredDistance } from "./kmeans.js";
import { choice, weighted } from "./random.js";

/** k different data as means: eq. 1.4. */
export const randomPoints = (X, k, random) => choice(random, X.length, k).map((i) => X[i]);

/** The first k of some means, filled up with data at random. */
export const filledUp = (X, means, k, random) => [...means, ...randomPoints(X, k, random)].slice(0, k);

/** k-means++: each further mean with probability in proportion to its squared distance to the others, eq. 1.5. */
export function plusPlus(X, k, random) {
  const means = randomPoints(X, 1, random);
  let toNearest = X.map((x) => squaredDistance(x, means[0]));
  while (means.length < k) {
    const chosen = X[weighted(random, toNearest)];
    means.push(chosen);
    toNearest = X.map((x, i) => Math.min(toNearest[i], squaredDistance(x, chosen)));
  }
  return means;
}
