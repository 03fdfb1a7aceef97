// The prior of Fraley and Raftery: eq. 7.3, with its M-step, eq. 7.4. Flat weights, one datum in a hundred for a mean.

import { cholesky } from "./geometry.js";
import { added, logJoint, project, scaled } from "./mixture.js";
import { centreOf, range, sum } from "./numbers.js";
import { covariance } from "./soft.js";

const STRENGTH = 0.01;
const DOF = 4;

/** Gamma of a multiple of 1/2. */
const gamma = (x) => (x > 1 ? (x - 1) * gamma(x - 1) : x === 1 ? 1 : Math.sqrt(Math.PI));

/** log inverse-Wishart of a block: a matrix [a, b, c], or a variance. */
function logInverseWishart(S, scatter) {
  const [g, logDet, logScatter, trace] = Array.isArray(S)
    ? [2, logDeterminant(S), logDeterminant(scatter), traceOf(S, scatter)]
    : [1, Math.log(S), Math.log(scatter), scatter / S];
  const logGammas =
    ((g * (g - 1)) / 4) * Math.log(Math.PI) + sum(range(g).map((i) => Math.log(gamma((DOF - i) / 2))));
  return 0.5 * DOF * (logScatter - g * Math.log(2)) - logGammas - 0.5 * (DOF + g + 1) * logDet - 0.5 * trace;
}

function logDeterminant(S) {
  const [l11, , l22] = cholesky(S);
  return 2 * Math.log(l11 * l22);
}

/** @type {(S: number[], scatter: number[]) => number} */
const traceOf = ([a, b, c], [p, q, r]) => (c * p - 2 * b * q + a * r) / (a * c - b * b);

/** The parts of a covariance that vary freely. */
function freeBlocks(covariances, kind) {
  if (kind === "full") return covariances;
  if (kind === "tied") return covariances.slice(0, 1);
  return covariances.flatMap(([a, , c]) => (kind === "spherical" ? [a] : [a, c]));
}

/** The weak prior for k components on some data. */
export function weakPrior(X, k) {
  const mean = centreOf(X);
  const scatter = scaled(covariance(X), 1 / k);
  return {
    logDensity({ weights, means, covariances }, kind) {
      const wide = covariances.map((S) => scaled(S, 1 / STRENGTH));
      const [ofMeans] = logJoint([mean], { weights: weights.map(() => 1), means, covariances: wide });
      const expected = freeBlocks([project(scatter, kind)], kind);
      const blocks = freeBlocks(covariances, kind);
      const ofCovariances = blocks.map((block, i) => logInverseWishart(block, expected[i % expected.length]));
      return Math.log(gamma(weights.length)) + sum(ofMeans) + sum(ofCovariances);
    },
    estimate({ sizes, means, scatters }, kind) {
      const n = sum(sizes);
      const parts = sizes.map((R, j) => {
        const away = means[j].map((value, a) => value - mean[a]);
        const pull = (STRENGTH * R) / (STRENGTH + R);
        const pulled = scaled([away[0] * away[0], away[0] * away[1], away[1] * away[1]], pull);
        return {
          mean: away.map((value, a) => mean[a] + (R / (R + STRENGTH)) * value),
          scatter: project(added([scatters[j], pulled]), kind),
        };
      });
      return {
        weights: sizes.map((R) => R / n),
        means: parts.map((part) => part.mean),
        covariances: covariancesOf(sizes, parts, project(scatter, kind), kind),
      };
    },
  };
}

function covariancesOf(sizes, parts, prior, kind) {
  const over = (matrix, whole) => scaled(matrix, 1 / whole);
  if (kind === "tied") {
    const all = added([prior, ...parts.map((part) => part.scatter)]);
    return sizes.map(() => over(all, DOF + sum(sizes) + sizes.length + 3));
  }
  return sizes.map((R, j) => {
    const scatter = parts[j].scatter;
    if (kind === "spherical") {
      return over(added([prior, scaled(scatter, 2)]), DOF + 2 * R + 4);
    }
    return over(added([prior, scatter]), DOF + R + (kind === "full" ? 2 : 1) + 2);
  });
}
