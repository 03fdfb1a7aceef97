// Random numbers from a seed: the same seed gives the same numbers, so an event that draws can be replayed.
// Source of the generator: T. Ettinger, mulberry32, public domain, 2017.

import { range, sum } from "./numbers.js";

/** Return a source of uniform numbers in [0, 1). */
export function source(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A standard normal number, by Box and Muller. */
export const normal = (random) => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

export const uniform = (random, low, high) => low + (high - low) * random();

/** k different indices below n. */
export function choice(random, n, k) {
  const order = range(n);
  for (let i = 0; i < k; i++) {
    const j = i + Math.floor(random() * (n - i));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order.slice(0, k);
}

/** An index, drawn in proportion to weights. */
export function weighted(random, weights) {
  let rest = random() * sum(weights);
  const positive = weights.map((weight) => weight > 0);
  for (let j = 0; j < weights.length; j++) {
    rest -= weights[j];
    if (rest < 0 && positive[j]) return j;
  }
  return positive.lastIndexOf(true);
}
