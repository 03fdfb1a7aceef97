// Gaussian mixtures in the plane: theta is {weights, means, covariances}, a covariance [a, b, c] as in geometry.js.

import { cholesky } from "./geometry.js";
import { logSumExp, range, sum } from "./numbers.js";

const LOG_2_PI = Math.log(2 * Math.PI);
const FLAT = 1e-10; // a covariance thinner than this, in units of its own widths, is singular to within rounding
const TINY = 2 ** -1022;
const RESOLUTION = 4 * 2 ** -52;
const VANISHED = 1e-280; // a sum of responsibilities below this has lost its digits

export const KINDS = ["full", "tied", "diagonal", "spherical"];

/** log pi_j + log N(x_i; mu_j, Sigma_j), shape (n, k): the terms of eq. 9.3. */
export function logJoint(X, { weights, means, covariances }) {
  const parts = weights.map((weight, j) => {
    const [l11, l21, l22] = cholesky(covariances[j]);
    return { l11, l21, l22, m: means[j], height: Math.log(weight) - LOG_2_PI - Math.log(l11) - Math.log(l22) };
  });
  return X.map(([x, y]) =>
    parts.map(({ l11, l21, l22, m, height }) => {
      const p = (x - m[0]) / l11;
      const q = (y - m[1] - l21 * p) / l22;
      return height - (p * p + q * q) / 2;
    }),
  );
}

/** Responsibilities, eq. 6.1, and the log-likelihood, eq. 5.1. */
export function posterior(X, theta) {
  let total = 0;
  const r = logJoint(X, theta).map((row) => {
    const evidence = logSumExp(row);
    total += evidence;
    const shares = row.map((value) => Math.exp(value - evidence));
    const whole = sum(shares);
    return shares.map((share) => share / whole);
  });
  return { r, logLikelihood: total };
}

/** F(r, theta), eq. 10.1: at most the log-likelihood. */
export function mixtureBound(X, r, theta) {
  const joint = logJoint(X, theta);
  return sum(
    r.map((row, i) => sum(row.map((share, j) => (share > 0 ? share * (joint[i][j] - Math.log(share)) : 0)))),
  );
}

/** R_j, the means and the scatters about them, of the shares that each component takes of the data: eq. 7.1. */
function moments(X, r, theta) {
  const sizes = theta.weights.map((_, j) => sum(r.map((row) => row[j]))).map((R) => (R < VANISHED ? 0 : R));
  const means = sizes.map((R, j) => {
    if (!R) return theta.means[j];
    const first = [0, 1].map((a) => sum(X.map((x, i) => r[i][j] * x[a])) / R);
    return first.map((value, a) => value + sum(X.map((x, i) => r[i][j] * (x[a] - value))) / R);
  });
  const scatters = sizes.map((_, j) => {
    const s = [0, 0, 0];
    X.forEach(([x, y], i) => {
      const [p, q] = [x - means[j][0], y - means[j][1]];
      s[0] += r[i][j] * p * p;
      s[1] += r[i][j] * p * q;
      s[2] += r[i][j] * q * q;
    });
    return s;
  });
  return { sizes, means, scatters };
}

/** What a kind of covariance keeps of a symmetric matrix: all, the diagonal, or its average. @param {number[]} S */
export function project([a, b, c], kind) {
  if (kind === "diagonal") return [a, 0, c];
  if (kind === "spherical") return [(a + c) / 2, 0, (a + c) / 2];
  return [a, b, c];
}

export const scaled = (matrix, factor) => matrix.map((value) => value * factor);
export const added = (matrices) => range(3).map((a) => sum(matrices.map((matrix) => matrix[a])));

/** R_j / n, and mean and covariance of what each component takes: eq. 7.2. */
function likeliest({ sizes, means, scatters }, theta, kind) {
  const n = sum(sizes);
  const pooled = scaled(added(scatters), 1 / n);
  const covariances = sizes.map((R, j) => {
    if (kind === "tied") return pooled;
    return R ? project(scaled(scatters[j], 1 / R), kind) : theta.covariances[j];
  });
  return { weights: sizes.map((R) => R / n), means, covariances };
}

/** The component whose covariance is singular to within rounding, or -1. */
function collapsedComponent({ means, covariances }) {
  return covariances.findIndex((covariance, j) => {
    const [a, , c] = covariance;
    const [l11, , l22] = cholesky(covariance);
    const wide = [a, c].every((variance, i) => variance > Math.max((RESOLUTION * means[j][i]) ** 2, TINY));
    return !(wide && l11 * l11 > FLAT * a && l22 * l22 > FLAT * c);
  });
}

/** The M-step: the parameters of highest expected log joint, or, with a prior, of highest posterior. */
export function maximised(X, r, theta, kind, prior) {
  const found = moments(X, r, theta);
  const moved = prior ? prior.estimate(found, kind) : likeliest(found, theta, kind);
  return { theta: moved, sizes: found.sizes, collapsed: collapsedComponent(moved) };
}

/** sum_i r_ij Sigma_j^-1 (x_i - mu_j): eq. 6.2. */
export function gradMeans(X, r, { means, covariances }) {
  return means.map((m, j) => {
    const pull = [0, 1].map((a) => sum(X.map((x, i) => r[i][j] * (x[a] - m[a]))));
    const [a, b, c] = covariances[j];
    const determinant = a * c - b * b;
    return [(c * pull[0] - b * pull[1]) / determinant, (a * pull[1] - b * pull[0]) / determinant];
  });
}
