// The landscape over two means on a line: the height of every place, and the end that a start leads to.

import { labels, loss, update } from "./kmeans.js";
import { range } from "./numbers.js";
import { still } from "./stopping.js";

/** heights[row][column] is the smallest J for the means grid[column] and grid[row]. */
export const heights = (x, grid) =>
  grid.map((b) => grid.map((a) => x.reduce((total, [at]) => total + Math.min((at - a) ** 2, (at - b) ** 2), 0)));

/** Run k-means to its end; return the means there. */
export function ended(X, means) {
  for (;;) {
    const moved = update(X, labels(X, means), means);
    if (still(means, moved)) return means;
    means = moved;
  }
}

const lossAt = (X, means) => loss(X, labels(X, means), means);

/** The J at which a start ends; starts with the same first assignment end alike, unless a mean has no data. */
function finalLoss(x, start, known) {
  const first = labels(x, start);
  const key = first.every((j) => j === first[0]) ? null : first.join("");
  if (key !== null && known.has(key)) return known.get(key);
  const final = lossAt(x, ended(x, start));
  if (key !== null) known.set(key, final);
  return final;
}

/** The losses at which runs end, from the lowest up, and the number of the end for each start on the two grids. */
export function ends(x, columns, rows) {
  const known = new Map();
  const final = rows.map((b) => columns.map((a) => finalLoss(x, [[a], [b]], known)));
  const unit = Math.max(...final.flat()) || 1;
  const rounded = final.map((row) => row.map((value) => Math.round((value / unit) * 1e9)));
  const names = [...new Set(rounded.flat())].sort((a, b) => a - b);
  const number = new Map(names.map((name, i) => [name, i]));
  const flat = rounded.flat();
  return {
    losses: names.map((name) => final.flat()[flat.indexOf(name)]),
    which: rounded.map((row) => row.map((name) => number.get(name))),
  };
}

/** A place for the name of an end: the middle of its largest patch above the diagonal. */
export function middleOf(which, end) {
  const all = range(which.length).flatMap((row) =>
    range(which[row].length).flatMap((col) => (which[row][col] === end ? [[row, col]] : [])),
  );
  const above = all.filter(([row, col]) => row >= col);
  const cells = above.length ? above : all;
  const median = (a) => {
    const sorted = cells.map((cell) => cell[a]).sort((p, q) => p - q);
    return sorted[Math.floor(sorted.length / 2)];
  };
  const centre = [median(0), median(1)];
  /** @param {number[]} cell */
  const away = ([row, col]) => (row - centre[0]) ** 2 + (col - centre[1]) ** 2;
  return cells.reduce((best, cell) => (away(cell) < away(best) ? cell : best));
}
