// The hand: mouse, finger or arrow keys on a handle or a datum become wishes for the kernel.

const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const CHOOSE = { PageUp: -1, PageDown: 1 };
const STEP = 1 / 40; // of the range of an axis; with shift a tenth of it

export class Hand {
  constructor(root, surface, grips, wire, signal) {
    Object.assign(this, { surface, grips, wire });
    surface.addEventListener("pointerdown", (event) => this.grab(event), { signal });
    surface.addEventListener("pointermove", (event) => this.hover(event), { signal });
    root.addEventListener("keydown", (event) => this.key(event), { signal });
  }

  grab(event) {
    const grip = event.target.closest(".grip");
    if (grip) return this.drag(event, grip, grip);
    const i = this.grips.nearestDatum(event);
    if (i === null) return undefined;
    this.grips.datum = i;
    this.grips.placeDatum(new Set());
    return this.drag(event, this.grips.all.get("datum"), this.surface);
  }

  drag(event, grip, target) {
    if (event.button) return;
    event.preventDefault();
    grip.focus({ preventScroll: true });
    const name = this.grips.nameOf(grip), { map } = grip, [x, y] = map.to(map.clamp(grip.layer.at));
    const origin = [event.clientX - x, event.clientY - y];
    const done = new AbortController(), options = { signal: done.signal };
    target.setPointerCapture(event.pointerId);
    target.addEventListener("pointermove", (move) => {
      move.stopPropagation();
      this.wire.want(name, grip.map.from([move.clientX - origin[0], move.clientY - origin[1]]));
    }, options);
    for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) target.addEventListener(end, () => done.abort(), options);
  }

  hover(event) {
    const over = !event.target.closest(".grip") && this.grips.nearestDatum(event) !== null;
    this.surface.style.cursor = over ? "grab" : "";
  }

  key(event) {
    const grip = event.target.closest(".grip"), way = KEYS[event.key];
    if (!grip || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key in CHOOSE) this.grips.choose(grip, CHOOSE[event.key]);
    else if (way) this.move(grip, way, STEP * (event.shiftKey ? 0.1 : 1));
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  move(grip, way, step) {
    const { map, layer } = grip, name = this.grips.nameOf(grip), { x: a, y: b } = map.panel;
    const [x, y] = this.wire.wanted.get(name) ?? layer.at;
    this.wire.want(name, map.clamp([x + way[0] * step * (a.high - a.low), y + way[1] * step * (b.high - b.low)]));
  }
}
