// A panel: its layers, and the frame with ticks and labels.

import { stroke, write } from "./pen.js";
import { painters } from "./painters.js";

export function paintPanel(ctx, panel, map, look) {
  const { box } = map, { tint, font } = look;
  ctx.save();
  ctx.beginPath();
  ctx.rect(box.x, box.y, box.w, box.h);
  ctx.clip();
  for (const layer of panel.layers) if (!["handle", "text"].includes(layer.kind)) painters[layer.kind](ctx, layer, map, look);
  ctx.restore();
  paintFrame(ctx, panel, map, look);
  for (const kind of ["text", "handle"]) for (const layer of panel.layers) if (layer.kind === kind) painters[kind](ctx, layer, map, look);
  write(ctx, panel.title, box.x, box.y - 13, { font: font(14), tint: tint("ink") });
}

function paintFrame(ctx, panel, map, { tint, font }) {
  const { box } = map, { x, y } = panel;
  ctx.beginPath();
  ctx.moveTo(box.x, box.y);
  ctx.lineTo(box.x, box.y + box.h);
  ctx.lineTo(box.x + box.w, box.y + box.h);
  for (const [at] of x.ticks) { const [px] = map.to([at, y.low]); ctx.moveTo(px, box.y + box.h); ctx.lineTo(px, box.y + box.h + 4); }
  for (const [at] of y.ticks) { const [, py] = map.to([x.low, at]); ctx.moveTo(box.x, py); ctx.lineTo(box.x - 4, py); }
  stroke(ctx, tint("ink"), 1);
  const small = { font: font(12), tint: tint("ink") };
  for (const [at, words] of x.ticks) write(ctx, words, map.to([at, y.low])[0], box.y + box.h + 13, { ...small, align: "center" });
  for (const [at, words] of y.ticks) write(ctx, words, box.x - 8, map.to([x.low, at])[1], { ...small, align: "end" });
  const label = { font: font(13), tint: tint("ink"), align: "center" };
  write(ctx, x.label, box.x + box.w / 2, box.y + box.h + 33, label);
  ctx.save();
  ctx.translate(box.x - 56, box.y + box.h / 2);
  ctx.rotate(-Math.PI / 2);
  write(ctx, y.label, 0, 0, label);
  ctx.restore();
}
