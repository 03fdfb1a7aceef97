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
  const bands = bandsOf(layer, w, h);
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

/** The number of the colour of each pixel. Heights are interpolated between the grid points, then cut into levels. */
function bandsOf({ values, levels }, w, h) {
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
        (1 - b) * ((1 - a) * below[c] + a * below[c + 1]) + b * ((1 - a) * above[c] + a * above[c + 1]);
      found[py * w + px] = levels ? Math.floor(height) : values[Math.round(v)][Math.round(u)];
    }
  }
  return found;
}
