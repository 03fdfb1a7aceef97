// Draw from a mixture: first the component of each datum, then the datum (eq. 5.2).

import { cholesky } from "./geometry.js";
import { normal, source, weighted } from "./random.js";

/** n draws: data and components. The same seed bends with the mixture. */
export function sample({ weights, means, covariances }, n, seed) {
  const [which, where] = [source(seed), source(seed ^ 0x5bd1e995)];
  const factors = covariances.map(cholesky);
  const z = Array.from({ length: n }, () => weighted(which, weights));
  const X = z.map((j) => {
    const [e, f] = [normal(where), normal(where)];
    const [l11, l21, l22] = factors[j];
    return [means[j][0] + l11 * e, means[j][1] + l21 * e + l22 * f];
  });
  return { X, z };
}
