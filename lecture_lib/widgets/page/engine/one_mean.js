// One unknown number: half of the data scatter around 0, the other half around theta, both with width 1 (eq. 10.6).

import { logSumExp, sum } from "./numbers.js";

const LOG_2_PI = Math.log(2 * Math.PI);
const logDensity = (away) => -(away * away + LOG_2_PI) / 2;
const joint = (x, theta) => [Math.log(0.5) + logDensity(x), Math.log(0.5) + logDensity(x - theta)];
const xlogx = (share) => (share > 0 ? share * Math.log(share) : 0);

/** The posterior share of the component at theta for each datum. */
export const posteriorShares = (x, theta) =>
  x.map((at) => {
    const [near, far] = joint(at, theta);
    return 1 / (1 + Math.exp(near - far));
  });

/** Where the bound is highest: the mean of the data weighted by their shares; theta stays where all are 0. */
export const highest = (x, q, theta) => {
  const total = sum(q);
  return total > 0 ? sum(x.map((at, i) => q[i] * at)) / total : theta;
};

/** L(theta), in nats. */
export const logLikelihood = (x, theta) => sum(x.map((at) => logSumExp(joint(at, theta))));

/** F(q, theta), in nats. */
export const lowerBound = (x, q, theta) =>
  sum(
    x.map((at, i) => {
      const [near, far] = joint(at, theta);
      return (1 - q[i]) * near + q[i] * far - xlogx(q[i]) - xlogx(1 - q[i]);
    }),
  );
