// A panel: its layers, and the frame with ticks and labels.

import { painters } from "./layers.js";
import { stroke, write } from "./pen.js";
import { ticks } from "./scene.js";

const ABOVE = ["text", "lens", "handle"]; // painted last, over the frame

export function paintPanel(ctx, panel, map, look) {
  const { box } = map;
  ctx.save();
  ctx.beginPath();
  ctx.rect(box.x, box.y, box.w, box.h);
  ctx.clip();
  for (const layer of panel.layers) if (!ABOVE.includes(layer.kind)) painters[layer.kind](ctx, layer, map, look);
  ctx.restore();
  paintFrame(ctx, panel, map, look);
  for (const kind of ABOVE) {
    for (const layer of panel.layers) if (layer.kind === kind) painters[kind](ctx, layer, map, look);
  }
  write(ctx, panel.title, box.x, box.y - 20, {
    font: look.font(14),
    tint: look.tint("ink"),
    halo: look.tint("ground"),
  });
}

function paintFrame(ctx, panel, map, { tint, font }) {
  const { box, x, y } = map;
  const across = x.ticks ?? ticks(x.low, x.high, Math.max(2, Math.min(6, box.w / 60)));
  const up = y.ticks ?? ticks(y.low, y.high, Math.max(2, Math.min(6, box.h / 40)));
  ctx.beginPath();
  ctx.moveTo(box.x, box.y);
  ctx.lineTo(box.x, box.y + box.h);
  ctx.lineTo(box.x + box.w, box.y + box.h);
  const small = { font: font(12), tint: tint("ink") };
  for (const [at, words] of across) {
    const [px] = map.to([at, y.low]);
    ctx.moveTo(px, box.y + box.h);
    ctx.lineTo(px, box.y + box.h + 4);
    write(ctx, words, px, box.y + box.h + 13, { ...small, align: "center" });
  }
  for (const [at, words] of up) {
    const [, py] = map.to([x.low, at]);
    ctx.moveTo(box.x, py);
    ctx.lineTo(box.x - 4, py);
    write(ctx, words, box.x - 8, py, { ...small, align: "end" });
  }
  stroke(ctx, tint("ink"), 1);
  const label = { font: font(13), tint: tint("ink"), align: "center" };
  write(ctx, panel.x.label, box.x + box.w / 2, box.y + box.h + 33, label);
  ctx.save();
  const widest = Math.max(...up.map(([, words]) => ctx.measureText(words).width), 0);
  ctx.translate(Math.max(9, box.x - Math.min(64, widest + 26)), box.y + box.h / 2);
  ctx.rotate(-Math.PI / 2);
  write(ctx, panel.y.label, 0, 0, label);
  ctx.restore();
}
