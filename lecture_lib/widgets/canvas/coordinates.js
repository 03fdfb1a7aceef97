// Where panels lie on the canvas, and how places in the data become pixels.

const STACK_BELOW = 560; // pixels; panels of a narrower figure stand one below the other

export function layout(scene, width) {
  const stacked = width < STACK_BELOW && scene.panels.length > 1;
  const total = scene.panels.reduce((sum, panel) => sum + panel.width, 0);
  const each = stacked ? width * 0.82 : Math.max(width * scene.aspect, 240);
  const { left, right, top, bottom } = scene.margin;
  let x = 0;
  const boxes = scene.panels.map((panel, i) => {
    const share = stacked ? width : (width * panel.width) / total;
    const box = { x: x + left, y: (stacked ? i * each : 0) + top, w: share - left - right, h: each - top - bottom };
    if (!stacked) x += share;
    return panel.units ? shrunk(box, panel) : box;
  });
  return { height: stacked ? each * boxes.length : each, boxes };
}

function shrunk(box, panel) {
  const [ux, uy] = panel.units, rx = (panel.x.high - panel.x.low) / ux, ry = (panel.y.high - panel.y.low) / uy;
  const unit = Math.min(box.w / rx, box.h / ry);
  const w = unit * rx, h = unit * ry;
  return { x: box.x + (box.w - w) / 2, y: box.y + (box.h - h) / 2, w, h };
}

export class Coordinates {
  constructor(panel, box) { Object.assign(this, { panel, box }); }
  to([x, y]) {
    const { panel: { x: a, y: b }, box } = this;
    return [box.x + ((x - a.low) / (a.high - a.low)) * box.w, box.y + ((b.high - y) / (b.high - b.low)) * box.h];
  }
  from([px, py]) {
    const { panel: { x: a, y: b }, box } = this;
    return this.clamp([a.low + ((px - box.x) / box.w) * (a.high - a.low), b.high - ((py - box.y) / box.h) * (b.high - b.low)]);
  }
  clamp([x, y]) {
    const { x: a, y: b } = this.panel;
    return [Math.min(Math.max(x, a.low), a.high), Math.min(Math.max(y, b.low), b.high)];
  }
}
