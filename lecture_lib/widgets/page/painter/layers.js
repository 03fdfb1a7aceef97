// What paints each kind of layer.

import { css } from "./colour.js";
import { Coordinates } from "./coordinates.js";
import { heatPicture } from "./heat.js";
import { outline, stroke, write } from "./pen.js";

/** Data of one colour and shape make one path: a thousand of them take no longer than ten colours do. */
function paintPoints(ctx, layer, map, { tint, lift }) {
  const groups = new Map();
  layer.xy.forEach((at, i) => {
    const key = layer.rgb ? layer.rgb[i].map(Math.round).join() : "";
    const shape = layer.shapes ? layer.shapes[i] : 0;
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push([shape, ...map.to(at)]);
  });
  for (const [key, group] of groups) {
    ctx.beginPath();
    for (const [shape, x, y] of group) outline(ctx, shape, x, y, layer.size);
    ctx.fillStyle = key ? css(lift(key.split(",").map(Number))) : tint("quiet");
    ctx.fill();
  }
}

function paintLine(ctx, layer, map, { tint }) {
  if (!layer.xy.length) return;
  ctx.beginPath();
  layer.xy.forEach((at, i) => {
    ctx[i ? "lineTo" : "moveTo"](...map.to(at));
  });
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
}

const EDGES = { solid: 1, hollow: 2, ring: 1.4 };

function paintMarks(ctx, layer, map, { tint }) {
  for (const at of layer.xy) {
    ctx.beginPath();
    outline(ctx, layer.shape, ...map.to(at), layer.size);
    ctx.fillStyle = tint(layer.look === "hollow" ? "ground" : layer.colour);
    if (layer.look !== "ring") ctx.fill();
    stroke(ctx, tint(layer.look === "solid" ? "ground" : layer.colour), EDGES[layer.look]);
  }
}

function paintText(ctx, layer, map, { tint, font }) {
  const [x, y] = map.to(layer.at);
  const look = { font: font(13), tint: tint(layer.colour), halo: tint("ground"), align: layer.anchor };
  write(ctx, layer.text, x + layer.shift[0], y + layer.shift[1], look);
}

function paintArrow(ctx, layer, map, { tint }) {
  const start = map.to(layer.start);
  const way = map.to(layer.end).map((p, a) => p - start[a]);
  const length = Math.hypot(...way);
  if (length < 1) return;
  const at = (far) => start.map((p, a) => p + (far * way[a]) / length);
  const head = Math.min(11, length);
  const tip = layer.away + length;
  const paint = (colour, extra) => {
    ctx.beginPath();
    ctx.moveTo(...at(layer.away));
    ctx.lineTo(...at(tip - 0.8 * head));
    stroke(ctx, colour, 2.4 + extra);
    paintHead(ctx, at(tip), Math.atan2(way[1], way[0]), colour, [head, 0.5 * head]);
    stroke(ctx, colour, extra);
  };
  paint(tint("ground"), 3);
  paint(tint(layer.colour), 0.1);
}

/** The head of an arrow, so long and half as wide, with its tip so far from a place. */
function paintHead(ctx, place, angle, colour, [long, half], away = 0) {
  ctx.save();
  ctx.translate(...place);
  ctx.rotate(angle);
  ctx.beginPath();
  ctx.moveTo(away, 0);
  ctx.lineTo(away - long, -half);
  ctx.lineTo(away - long, half);
  ctx.closePath();
  ctx.restore();
  ctx.fillStyle = colour;
  ctx.fill();
}

function paintHeat(ctx, layer, map, { theme, ratio }) {
  const [x0, x1, y0, y1] = layer.extent;
  const [left, top] = map.to([x0, y1]);
  const [right, bottom] = map.to([x1, y0]);
  ctx.imageSmoothingEnabled = false;
  const [w, h] = [right - left, bottom - top].map((side) => Math.max(1, Math.round(side * ratio)));
  ctx.drawImage(heatPicture(layer, w, h, theme), left, top, right - left, bottom - top);
}

/** A handle outside the box is painted at its border, with an arrow head that points to where it is. */
function paintHandle(ctx, layer, map, { tint, font }) {
  const [x, y] = map.placeOf(layer);
  const away = map.to(layer.at).map((p, a) => p - map.to(map.clamp(layer.at))[a]);
  const ring = tint(layer.colour);
  if (layer.style === "dial") {
    ctx.beginPath();
    ctx.moveTo(x, map.box.y);
    ctx.lineTo(x, map.box.y + map.box.h);
    stroke(ctx, ring, 2);
  }
  const mean = layer.style === "mean";
  const disc = (size, colour) => {
    ctx.beginPath();
    outline(ctx, 0, x, y, size);
    ctx.fillStyle = colour;
    if (!layer.hollow) ctx.fill();
  };
  disc(mean ? 27 : 17, tint("ground"));
  disc(mean ? 21 : 11, mean ? ring : tint("ground"));
  stroke(ctx, mean && !layer.hollow ? tint("ink") : ring, mean ? 1.6 : 2.6);
  if (layer.caption) {
    const look = { font: font(12.5, "bold") };
    if (layer.hollow || layer.caption.length > 1)
      write(ctx, layer.caption, x + 17, y - 13, { ...look, tint: tint("ink"), halo: tint("ground") }); // of several
    else write(ctx, layer.caption, x, y + 0.5, { ...look, tint: "#fff", align: "center" });
  }
  if (Math.hypot(...away) > 1) paintHead(ctx, [x, y], Math.atan2(away[1], away[0]), ring, [10, 7], 26);
}

/** A round glass in the upper right corner. */
function paintLens(ctx, layer, map, look) {
  const radius = Math.min(map.box.w, map.box.h) * 0.19;
  const [x, y] = [map.box.x + map.box.w - radius - 6, map.box.y + radius + 6];
  const box = { x: x - radius, y: y - radius, w: 2 * radius, h: 2 * radius };
  const [cx, cy] = layer.at;
  const within = new Coordinates(
    map.panel,
    box,
    { low: cx - layer.reach[0], high: cx + layer.reach[0] },
    { low: cy - layer.reach[1], high: cy + layer.reach[1] },
  );
  ctx.save();
  ctx.beginPath();
  ctx.moveTo(...map.to(layer.at));
  ctx.lineTo(x, y);
  stroke(ctx, look.tint("quiet"), 1);
  ctx.beginPath();
  outline(ctx, 0, x, y, 2 * radius);
  ctx.fillStyle = look.tint("ground");
  ctx.fill();
  stroke(ctx, look.tint("ink"), 2);
  ctx.clip();
  for (const part of layer.layers) painters[part.kind](ctx, part, within, look);
  ctx.restore();
  const words = { font: look.font(12), tint: look.tint("ink"), halo: look.tint("ground"), align: "center" };
  write(ctx, layer.words, x, y + radius + 12, words);
}

export const painters = {
  points: paintPoints,
  line: paintLine,
  marks: paintMarks,
  text: paintText,
  arrow: paintArrow,
  heat: paintHeat,
  handle: paintHandle,
  lens: paintLens,
};
