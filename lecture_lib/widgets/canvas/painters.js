// What paints each kind of layer.

import { bytes, floats, places } from "./numbers.js";
import { css } from "./colour.js";
import { outline, stroke, write } from "./pen.js";
import { heatPicture } from "./heat.js";

export const painters = {
  points(ctx, layer, map, { tint, lift }) {
    const xy = floats(layer.xy), colours = bytes(layer.rgb), shapes = bytes(layer.shape), known = new Map();
    ctx.fillStyle = tint("quiet");
    for (let i = 0; i < xy.length / 2; i++) {
      const [x, y] = map.to([xy[2 * i], xy[2 * i + 1]]);
      if (colours.length) {
        const [r, g, b] = [colours[3 * i], colours[3 * i + 1], colours[3 * i + 2]], key = (r << 16) | (g << 8) | b;
        if (!known.has(key)) known.set(key, css(lift([r, g, b])));
        ctx.fillStyle = known.get(key);
      }
      outline(ctx, shapes.length ? shapes[i] : 0, x, y, layer.size);
      ctx.fill();
    }
  },
  line(ctx, layer, map, { tint }) {
    ctx.beginPath();
    places(layer.xy).forEach((at, i) => ctx[i ? "lineTo" : "moveTo"](...map.to(at)));
    ctx.lineJoin = "round";
    if (layer.fill) {
      ctx.globalAlpha = layer.fill;
      ctx.fillStyle = tint(layer.colour);
      ctx.fill();
      ctx.globalAlpha = 1;
    }
    if (layer.width && layer.halo) stroke(ctx, tint("ground"), layer.width + 2.5);
    ctx.setLineDash(layer.dash ? [5, 4] : []);
    if (layer.width) stroke(ctx, tint(layer.colour), layer.width);
    ctx.setLineDash([]);
  },
  marks(ctx, layer, map, { tint }) {
    for (const at of places(layer.xy)) {
      outline(ctx, layer.shape, ...map.to(at), layer.size);
      ctx.fillStyle = tint(layer.look === "hollow" ? "ground" : layer.colour);
      if (layer.look !== "ring") ctx.fill();
      stroke(ctx, tint(layer.look === "solid" ? "ground" : layer.colour), { solid: 1, hollow: 2, ring: 1.2 }[layer.look]);
    }
  },
  text(ctx, layer, map, { tint, font }) {
    const [x, y] = map.to(layer.at);
    write(ctx, layer.text, x + layer.shift[0], y + layer.shift[1], {
      font: font(13), tint: tint(layer.colour), halo: tint("ground"), align: layer.anchor, base: "alphabetic",
    });
  },
  arrow(ctx, layer, map, { tint }) {
    const [x0, y0] = map.to(layer.start), [x1, y1] = map.to(layer.end);
    const length = Math.hypot(x1 - x0, y1 - y0);
    if (length < 1) return;
    const ux = (x1 - x0) / length, uy = (y1 - y0) / length, head = Math.min(11, length);
    for (const [colour, extra] of [[tint("ground"), 3], [tint(layer.colour), 0]]) {
      ctx.beginPath();
      ctx.moveTo(x0, y0);
      ctx.lineTo(x1 - 0.8 * head * ux, y1 - 0.8 * head * uy);
      stroke(ctx, colour, 2.4 + extra);
      ctx.beginPath();
      ctx.moveTo(x1, y1);
      ctx.lineTo(x1 - head * ux - 0.5 * head * uy, y1 - head * uy + 0.5 * head * ux);
      ctx.lineTo(x1 - head * ux + 0.5 * head * uy, y1 - head * uy - 0.5 * head * ux);
      ctx.closePath();
      ctx.fillStyle = colour;
      ctx.fill();
      if (extra) stroke(ctx, colour, extra);
    }
  },
  heat(ctx, layer, map, { theme, ratio }) {
    const [x0, x1, y0, y1] = layer.extent;
    const [left, top] = map.to([x0, y1]), [right, bottom] = map.to([x1, y0]);
    ctx.imageSmoothingEnabled = false;
    const [w, h] = [right - left, bottom - top].map((side) => Math.max(1, Math.round(side * ratio)));
    ctx.drawImage(heatPicture(layer, w, h, theme), left, top, right - left, bottom - top);
  },
  handle(ctx, layer, map, { tint, font }) {
    const [x, y] = map.to(map.clamp(layer.at)), colour = tint(layer.colour);
    if (layer.style === "dial") {
      ctx.beginPath();
      ctx.moveTo(x, map.box.y);
      ctx.lineTo(x, map.box.y + map.box.h);
      stroke(ctx, colour, 2);
    }
    const mean = layer.style === "mean";
    outline(ctx, 0, x, y, mean ? 27 : 17);
    ctx.fillStyle = tint("ground");
    ctx.fill();
    outline(ctx, 0, x, y, mean ? 21 : 11);
    if (mean) { ctx.fillStyle = colour; ctx.fill(); }
    stroke(ctx, mean ? tint("ink") : colour, mean ? 1.6 : 2.6);
    if (layer.caption) {
      write(ctx, layer.caption, x, y + 0.5, { font: font(12.5, "bold"), tint: "#fff", align: "center", base: "middle" });
    }
  },
};
