// The geometry behind the pictures: cells of nearest means, ellipses and their half axes. A covariance in the plane is
// [a, b, c] for the matrix ((a, b), (b, c)).

import { linspace } from "./numbers.js";

/** An ellipse is drawn at so many standard deviations. */
export const WIDTHS = 2;

/** Cut off the part of a convex polygon that is nearer to the rival. */
function nearer(cell, mean, rival, first) {
  const way = [rival[0] - mean[0], rival[1] - mean[1]];
  if (way[0] === 0 && way[1] === 0) return first ? cell : [];
  const beyond = (p) => (p[0] - (mean[0] + rival[0]) / 2) * way[0] + (p[1] - (mean[1] + rival[1]) / 2) * way[1];
  return cell.flatMap((a, i) => {
    const b = cell[(i + 1) % cell.length];
    const [here, there] = [beyond(a), beyond(b)];
    const kept = here <= 0 ? [a] : [];
    if (here < 0 !== there < 0 && here !== there) {
      const share = here / (here - there);
      kept.push([a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])]);
    }
    return kept;
  });
}

/** For each mean the part of a box in which it is the nearest; of equal means the first has all. */
export function cells(means, low, high) {
  const box = [low, [high[0], low[1]], high, [low[0], high[1]]];
  return means.map((mean, j) =>
    means.reduce((cell, rival, l) => (l === j || !cell.length ? cell : nearer(cell, mean, rival, j < l)), box),
  );
}

/** The lower Cholesky factor [l11, l21, l22]. @param {number[]} covariance */
export function cholesky([a, b, c]) {
  const l11 = Math.sqrt(a);
  const l21 = b / l11;
  return [l11, l21, Math.sqrt(c - l21 * l21)];
}

export function ellipse(mean, covariance, corners = 72) {
  const [l11, l21, l22] = cholesky(covariance);
  return linspace(0, 2 * Math.PI, corners + 1).map((turn) => {
    const [x, y] = [WIDTHS * Math.cos(turn), WIDTHS * Math.sin(turn)];
    return [mean[0] + l11 * x, mean[1] + l21 * x + l22 * y];
  });
}

/** The two eigenvalues of a symmetric matrix, the larger first, and the angle of its eigenvector. @param {number[]} S */
export function eigen([a, b, c]) {
  const middle = (a + c) / 2;
  const half = Math.hypot((a - c) / 2, b);
  const large = middle + half;
  return {
    large,
    small: large > 0 ? Math.max((a * c - b * b) / large, 0) : 0,
    angle: Math.atan2(2 * b, a - c) / 2,
  };
}

/**
 * The half axes of one standard deviation, the longer first, at right angles in the given units.
 * @param {number[]} covariance
 * @param {number[]} unit
 */
export function axesOf([a, b, c], [u, v]) {
  const { large, small, angle } = eigen([a / (u * u), b / (u * v), c / (v * v)]);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const [long, short] = [Math.sqrt(large), Math.sqrt(small)];
  return [
    [long * cos * u, long * sin * v],
    [-short * sin * u, short * cos * v],
  ];
}

/** The covariance with given half axes. */
export const covarianceOf = ([p, q]) => [
  p[0] * p[0] + q[0] * q[0],
  p[0] * p[1] + q[0] * q[1],
  p[1] * p[1] + q[1] * q[1],
];

/**
 * Half axes of which one was pulled to a new end; the other stays as long, and at right angles in these units. Neither
 * becomes shorter than `least`: a flatter ellipse would have no density in float64.
 */
export function turned(axes, which, end, [u, v], least) {
  const other = [axes[1 - which][0] / u, axes[1 - which][1] / v];
  const old = [axes[which][0] / u, axes[which][1] / v];
  const wished = [end[0] / u, end[1] / v];
  const pulled = Math.hypot(...wished) ? wished : old;
  const length = Math.max(Math.hypot(...wished), least);
  const [x, y] = [pulled[0] / Math.hypot(...pulled), pulled[1] / Math.hypot(...pulled)];
  const side = Math.max(Math.hypot(...other), least) * (x * other[1] - y * other[0] >= 0 ? 1 : -1);
  const moved = [
    [length * x * u, length * y * v],
    [-side * y * u, side * x * v],
  ];
  return which ? moved.reverse() : moved;
}
