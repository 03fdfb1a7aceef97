// The pen: outlines of markers, strokes, words.

const PLUS = [
  [-0.4, -1.1],
  [0.4, -1.1],
  [0.4, -0.4],
  [1.1, -0.4],
  [1.1, 0.4],
  [0.4, 0.4],
  [0.4, 1.1],
  [-0.4, 1.1],
  [-0.4, 0.4],
  [-1.1, 0.4],
  [-1.1, -0.4],
  [-0.4, -0.4],
];
const CORNERS = [
  null,
  [
    [0, -1.1],
    [1.1, 0.9],
    [-1.1, 0.9],
  ],
  [
    [-0.9, -0.9],
    [0.9, -0.9],
    [0.9, 0.9],
    [-0.9, 0.9],
  ],
  [
    [0, -1.3],
    [1.3, 0],
    [0, 1.3],
    [-1.3, 0],
  ],
  [
    [0, 1.1],
    [1.1, -0.9],
    [-1.1, -0.9],
  ],
  PLUS,
];

/** Add the outline of a marker to the path. */
export function outline(ctx, shape, x, y, size) {
  const s = size / 2;
  if (!shape) {
    ctx.moveTo(x + s, y);
    ctx.arc(x, y, s, 0, 2 * Math.PI);
    return;
  }
  CORNERS[shape].forEach(([dx, dy], i) => {
    ctx[i ? "lineTo" : "moveTo"](x + dx * s, y + dy * s);
  });
  ctx.closePath();
}

export function stroke(ctx, colour, width) {
  ctx.strokeStyle = colour;
  ctx.lineWidth = width;
  ctx.stroke();
}

export function write(ctx, words, x, y, { font, tint, halo = "", align = "start" }) {
  ctx.font = font;
  ctx.textAlign = align;
  ctx.textBaseline = "middle";
  if (halo) {
    ctx.lineJoin = "round";
    ctx.strokeStyle = halo;
    ctx.lineWidth = 4;
    ctx.strokeText(words, x, y);
  }
  ctx.fillStyle = tint;
  ctx.fillText(words, x, y);
}
