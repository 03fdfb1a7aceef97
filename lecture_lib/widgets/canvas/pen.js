// The pen: outlines of markers, strokes, words.

export function outline(ctx, shape, x, y, size) {
  const s = size / 2;
  const corners = (list) => list.forEach(([dx, dy], i) => ctx[i ? "lineTo" : "moveTo"](x + dx * s, y + dy * s));
  ctx.beginPath();
  if (shape === 0) ctx.arc(x, y, s, 0, 2 * Math.PI);
  else if (shape === 1) corners([[0, -1.1], [1.1, 0.9], [-1.1, 0.9]]);
  else if (shape === 2) ctx.rect(x - 0.9 * s, y - 0.9 * s, 1.8 * s, 1.8 * s);
  else if (shape === 3) corners([[0, -1.3], [1.3, 0], [0, 1.3], [-1.3, 0]]);
  else if (shape === 4) corners([[0, 1.1], [1.1, -0.9], [-1.1, -0.9]]);
  else {
    const plus = [[-0.4, -1.1], [0.4, -1.1], [0.4, -0.4], [1.1, -0.4], [1.1, 0.4], [0.4, 0.4], [0.4, 1.1], [-0.4, 1.1],
      [-0.4, 0.4], [-1.1, 0.4], [-1.1, -0.4], [-0.4, -0.4]];
    const turn = shape === 6 ? Math.SQRT1_2 : 0;
    corners(turn ? plus.map(([a, b]) => [turn * (a - b), turn * (a + b)]) : plus);
  }
  ctx.closePath();
}

export function stroke(ctx, colour, width) {
  ctx.strokeStyle = colour;
  ctx.lineWidth = width;
  ctx.stroke();
}

export function write(ctx, words, x, y, { font, tint, halo, align = "start", base = "middle" }) {
  ctx.font = font;
  ctx.textAlign = align === "middle" ? "center" : align;
  ctx.textBaseline = base;
  if (halo) {
    ctx.lineJoin = "round";
    ctx.strokeStyle = halo;
    ctx.lineWidth = 4;
    ctx.strokeText(words, x, y);
  }
  ctx.fillStyle = tint;
  ctx.fillText(words, x, y);
}
