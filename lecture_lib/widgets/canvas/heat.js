// Filled contours, and maps of names, as pictures that are kept while nothing about them changes.

import { bytes } from "./numbers.js";
import { mix, rgb } from "./colour.js";

const heatPictures = new Map();

// Filled contours: heights are interpolated between the grid points first, then cut into levels.
export function heatPicture(layer, w, h, theme) {
  const key = [layer.key, layer.levels, w, h, theme.low].join();
  if (heatPictures.has(key)) return heatPictures.get(key);
  const picture = Object.assign(document.createElement("canvas"), { width: w, height: h });
  const image = new ImageData(w, h), bands = layer.levels ? levelsOf(layer, w, h) : namesOf(layer, w, h);
  const low = rgb(theme.low), high = rgb(theme.high), line = mix(low, high, 1).map((c) => Math.min(255, c + 20));
  const ground = rgb(theme.ground);
  for (let i = 0; i < w * h; i++) {
    const border = layer.levels && ((i % w && bands[i] !== bands[i - 1]) || (i >= w && bands[i] !== bands[i - w]));
    const colour = layer.levels ? mix(low, high, bands[i] / (layer.levels - 1)) : mix(ground, rgb(layer.colours[bands[i]]), 0.45);
    image.data.set([...(border ? line : colour), 255], 4 * i);
  }
  picture.getContext("2d").putImageData(image, 0, 0);
  if (heatPictures.size > 12) heatPictures.delete(heatPictures.keys().next().value);
  heatPictures.set(key, picture);
  return picture;
}

function namesOf({ values, rows, columns }, w, h) {
  const names = bytes(values), found = new Uint8Array(w * h);
  for (let py = 0; py < h; py++) {
    const row = rows - 1 - Math.round((py / Math.max(1, h - 1)) * (rows - 1));
    for (let px = 0; px < w; px++) found[py * w + px] = names[row * columns + Math.round((px / Math.max(1, w - 1)) * (columns - 1))];
  }
  return found;
}

function levelsOf({ values, rows, columns, levels }, w, h) {
  const heights = bytes(values), found = new Uint8Array(w * h);
  for (let py = 0; py < h; py++) {
    const v = (1 - (py + 0.5) / h) * (rows - 1), row = Math.min(Math.floor(v), rows - 2), b = v - row;
    for (let px = 0; px < w; px++) {
      const u = ((px + 0.5) / w) * (columns - 1), column = Math.min(Math.floor(u), columns - 2), a = u - column;
      const at = row * columns + column;
      const lower = heights[at] * (1 - a) + heights[at + 1] * a;
      const upper = heights[at + columns] * (1 - a) + heights[at + columns + 1] * a;
      found[py * w + px] = Math.min(levels - 1, Math.floor(((lower * (1 - b) + upper * b) / 255) * levels));
    }
  }
  return found;
}
