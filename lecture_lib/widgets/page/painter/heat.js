// Filled contours, and maps of names, as pictures that are kept while nothing about them changes.

import { COLOURS, mix, rgb } from "./colour.js";

const pictures = new WeakMap();

/** The picture of a layer, w x h pixels. */
export function heatPicture(layer, w, h, theme) {
  const key = [w, h, theme.low, theme.ground].join();
  const kept = pictures.get(layer.values);
  if (kept?.key === key) return kept.picture;
  const picture = Object.assign(document.createElement("canvas"), { width: w, height: h });
  const image = new ImageData(w, h);
  const bands = layer.levels ? levelsOf(layer, w, h) : namesOf(layer, w, h);
  const palette = paletteOf(layer, theme);
  for (let i = 0; i < w * h; i++) {
    const border = layer.levels && ((i % w && bands[i] !== bands[i - 1]) || (i >= w && bands[i] !== bands[i - w]));
    image.data.set([...(border ? palette.border : palette.fill[bands[i]]), 255], 4 * i);
  }
  picture.getContext("2d").putImageData(image, 0, 0);
  pictures.set(layer.values, { key, picture });
  return picture;
}

function paletteOf({ levels }, theme) {
  const [low, high, ground] = [theme.low, theme.high, theme.ground].map(rgb);
  const fill = levels
    ? Array.from({ length: levels }, (_, i) => mix(low, high, i / (levels - 1)))
    : COLOURS.map((name) => mix(ground, rgb(name), 0.45));
  return { fill, border: high.map((c) => Math.min(255, c + 20)) };
}

function namesOf({ values }, w, h) {
  const [rows, columns] = [values.length, values[0].length];
  const found = new Uint8Array(w * h);
  for (let py = 0; py < h; py++) {
    const row = values[rows - 1 - Math.round((py / Math.max(1, h - 1)) * (rows - 1))];
    for (let px = 0; px < w; px++) found[py * w + px] = row[Math.round((px / Math.max(1, w - 1)) * (columns - 1))];
  }
  return found;
}

/** Heights are interpolated between the grid points first, then cut into levels. */
function levelsOf({ values, levels }, w, h) {
  const [rows, columns] = [values.length, values[0].length];
  const found = new Uint8Array(w * h);
  for (let py = 0; py < h; py++) {
    const v = (1 - (py + 0.5) / h) * (rows - 1);
    const row = Math.min(Math.floor(v), rows - 2);
    const [below, above, b] = [values[row], values[row + 1], v - row];
    for (let px = 0; px < w; px++) {
      const u = ((px + 0.5) / w) * (columns - 1);
      const c = Math.min(Math.floor(u), columns - 2);
      const a = u - c;
      const height =
        (below[c] * (1 - a) + below[c + 1] * a) * (1 - b) + (above[c] * (1 - a) + above[c + 1] * a) * b;
      found[py * w + px] = Math.min(levels - 1, Math.floor((height / 255) * levels));
    }
  }
  return found;
}
