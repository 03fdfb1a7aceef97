// Small helpers on lists of numbers.

/** @typedef {number[]} Vector */
/** @typedef {Vector[]} Matrix */

export const sum = (values) => values.reduce((total, value) => total + value, 0);
export const range = (n) => Array.from({ length: n }, (_, i) => i);
export const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
export const linspace = (low, high, n) => range(n).map((i) => low + ((high - low) * i) / (n - 1));
export const last = (list) => list[list.length - 1];
export const same = (a, b) => a.length === b.length && a.every((value, i) => value === b[i]);
export const replaced = (list, i, value) => list.map((old, j) => (j === i ? value : old));

/** The index of the smallest value, of equal ones the first. */
export function argmin(values) {
  let best = 0;
  for (let j = 1; j < values.length; j++) if (values[j] < values[best]) best = j;
  return best;
}

export const argmax = (values) => argmin(values.map((value) => -value));

/** log sum exp, without leaving the range of float64. */
export function logSumExp(values) {
  const top = Math.max(...values);
  return Number.isFinite(top) ? top + Math.log(sum(values.map((value) => Math.exp(value - top)))) : top;
}

/** The value below which a share q of the sorted values lies, between two of them interpolated, as NumPy has it. */
export function quantile(sorted, q) {
  const at = q * (sorted.length - 1);
  const low = Math.floor(at);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low] + (at - low) * (sorted[high] - sorted[low]);
}

/** The mean of each column. */
export const centreOf = (X) => X[0].map((_, a) => sum(X.map((x) => x[a])) / X.length);

/** The standard deviation of each column. */
export const spreadOf = (X) =>
  centreOf(X).map((mean, a) => Math.sqrt(sum(X.map((x) => (x[a] - mean) ** 2)) / X.length));

/** How many different rows there are. */
export const distinct = (X) => new Set(X.map((x) => x.join())).size;

/** A function that remembers its last few answers; arguments are compared by identity. */
export function remembered(compute, size = 4) {
  const known = [];
  return (...args) => {
    const found = known.find((entry) => same(entry.args, args));
    if (found) return found.value;
    known.push({ args, value: compute(...args) });
    if (known.length > size) known.shift();
    return last(known).value;
  };
}
