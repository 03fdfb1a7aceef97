// The plane in the browser: paints the scene that the kernel sends, and sends back what the user moves.
// No network, no build step, no dependency.

const THEMES = {
  light: { ink: "#333333", quiet: "#8a8a8a", ground: "#ffffff", low: "#777777", high: "#ffffff", focus: "#333333" },
  dark: { ink: "#e4e4e4", quiet: "#8f8f8f", ground: "#111111", low: "#000000", high: "#5e5e5e", focus: "#ffffff" },
};
const STACK_BELOW = 560; // pixels; panels of a narrower figure stand one below the other
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const STEP = 1 / 40; // of the range of an axis; with shift a tenth of it
const PATIENCE = 8000; // milliseconds without an answer until we say so
const QUIET_TIME = 500; // milliseconds without a change until a screen reader is told

// ---------------------------------------------------------------- layout and coordinates

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
    return panel.equal ? shrunk(box, panel) : box;
  });
  return { height: stacked ? each * boxes.length : each, boxes };
}

function shrunk(box, panel) {
  const rx = panel.x.high - panel.x.low, ry = panel.y.high - panel.y.low;
  const unit = Math.min(box.w / rx, box.h / ry);
  const w = unit * rx, h = unit * ry;
  return { x: box.x + (box.w - w) / 2, y: box.y + (box.h - h) / 2, w, h };
}

class Map2 {
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

// ---------------------------------------------------------------- painting

const bytes = (view) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
const floats = (view) => new Float32Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));
const mix = (a, b, t) => a.map((c, i) => Math.round(c + (b[i] - c) * t));
const LIFT = 0.22; // towards white, so that the colours keep their contrast on a dark ground
const WHITE = [255, 255, 255];
const rgb = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));

const css = (colour) => `rgb(${colour.join()})`;

function outline(ctx, shape, x, y, size) {
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

const painters = {
  points(ctx, layer, map, { tint, lift }) {
    const xy = floats(layer.xy), colours = bytes(layer.rgb), shapes = bytes(layer.shape);
    ctx.fillStyle = tint("quiet");
    for (let i = 0; i < xy.length / 2; i++) {
      const [x, y] = map.to([xy[2 * i], xy[2 * i + 1]]);
      if (colours.length) ctx.fillStyle = css(lift([...colours.subarray(3 * i, 3 * i + 3)]));
      outline(ctx, shapes.length ? shapes[i] : 0, x, y, layer.size);
      ctx.fill();
    }
  },
  line(ctx, layer, map, { tint }) {
    if (!layer.xy.length) return;
    ctx.beginPath();
    layer.xy.forEach((at, i) => ctx[i ? "lineTo" : "moveTo"](...map.to(at)));
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
    for (const at of layer.xy) {
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

function stroke(ctx, colour, width) {
  ctx.strokeStyle = colour;
  ctx.lineWidth = width;
  ctx.stroke();
}

function write(ctx, words, x, y, { font, tint, halo, align = "start", base = "middle" }) {
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

const heatPictures = new Map();

// Filled contours: heights are interpolated between the grid points first, then cut into levels.
function heatPicture(layer, w, h, theme) {
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

function paintPanel(ctx, panel, map, look) {
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

// ---------------------------------------------------------------- the theme around us

function isDark(el) {
  const marked = el.closest("[data-jp-theme-light]") ?? document.querySelector("body[data-jp-theme-light]");
  if (marked) return marked.dataset.jpThemeLight === "false";
  if (document.body.classList.contains("vscode-dark")) return true;
  if (document.body.classList.contains("vscode-light")) return false;
  return matchMedia("(prefers-color-scheme: dark)").matches;
}

// ---------------------------------------------------------------- one view

class View {
  constructor(model, el) {
    Object.assign(this, { model, el, grips: new Map(), wanted: new Map(), pending: new Map(), inFlight: null });
    this.id = Math.random().toString(36).slice(2);
    this.count = 0;
    this.datum = 0;
    this.build();
    this.stopped = new AbortController();
    this.listen();
    this.schedule();
    this.proceed();
  }

  build() {
    this.root = node("div", { className: "lecture-plane", role: "group" });
    this.root.dataset.lmSuppressShortcuts = "true"; // else JupyterLab takes the arrow keys
    this.surface = node("div", { className: "surface" });
    this.canvas = node("canvas", { ariaHidden: "true" });
    this.notice = node("p", { className: "notice", role: "alert" });
    this.say = node("p", { className: "say" });
    this.aloud = node("p", { className: "aloud", ariaLive: "polite" });
    this.hint = node("span", { className: "aloud", id: `hint-${this.id}`, textContent: "The arrow keys move it, with Shift in small steps." });
    this.surface.append(this.canvas);
    this.root.append(this.surface, this.notice, this.say, this.aloud, this.hint);
    this.el.append(this.root);
  }

  listen() {
    const { signal } = this.stopped;
    this.onScene = () => { this.schedule(); this.proceed(); };
    this.onAnswer = () => this.answered();
    this.model.on("change:scene", this.onScene);
    this.model.on("change:answered", this.onAnswer);
    this.resized = new ResizeObserver(() => this.schedule());
    this.resized.observe(this.root);
    this.themed = new MutationObserver(() => this.schedule());
    this.themed.observe(document.body, { attributes: true });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.schedule(), { signal });
    this.surface.addEventListener("pointerdown", (event) => this.grabDatum(event), { signal });
    this.surface.addEventListener("pointermove", (event) => this.hover(event), { signal });
    this.root.addEventListener("keydown", (event) => this.key(event), { signal });
  }

  dispose() {
    this.stopped.abort();
    this.model.off("change:scene", this.onScene);
    this.model.off("change:answered", this.onAnswer);
    this.resized.disconnect();
    this.themed.disconnect();
    clearTimeout(this.patience);
    clearTimeout(this.timer);
    clearTimeout(this.telling);
    cancelAnimationFrame(this.frame);
  }

  get scene() { return this.model.get("scene"); }

  // ------------------------------------------------------------ from the kernel to the screen

  schedule() {
    this.frame ??= requestAnimationFrame(() => { this.frame = null; this.paint(); });
  }

  paint() {
    const { scene, canvas } = this, width = this.surface.clientWidth;
    if (!width || !scene.panels) return;
    const theme = this.theme(), ratio = window.devicePixelRatio || 1, { height, boxes } = layout(scene, width);
    const size = [width, height].map((side) => Math.round(side * ratio));
    if (canvas.width !== size[0] || canvas.height !== size[1]) {
      [canvas.width, canvas.height] = size;
      canvas.style.height = `${height}px`;
    }
    const ctx = canvas.getContext("2d"), family = getComputedStyle(this.root).fontFamily;
    const lift = (colour) => (theme.dark ? mix(colour, WHITE, LIFT) : colour);
    const tint = (name) => theme[name] ?? css(lift(rgb(name)));
    const look = { theme, ratio, lift, tint, font: (px, weight = "") => `${weight} ${px}px ${family}` };
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    ctx.clearRect(0, 0, width, height);
    this.maps = scene.panels.map((panel, i) => new Map2(panel, boxes[i]));
    scene.panels.forEach((panel, i) => paintPanel(ctx, panel, this.maps[i], look));
    this.placeGrips();
    this.tell();
    this.nameSliders();
    this.root.dataset.painted = (this.model.get("answered") ?? []).join("-");
  }

  theme() {
    const dark = isDark(this.root), theme = { dark, ...THEMES[dark ? "dark" : "light"] };
    const around = getComputedStyle(this.root).getPropertyValue("--jp-layout-color0").trim();
    if (/^#[0-9a-f]{6}$/i.test(around)) theme.ground = around;
    for (const name of ["ink", "ground", "focus"]) this.root.style.setProperty(`--plane-${name}`, theme[name]);
    this.root.dataset.theme = dark ? "dark" : "light";
    return theme;
  }

  // ipywidgets writes the name of a slider beside it, but does not tie the two together.
  nameSliders() {
    const explorer = this.root.closest(".lecture-explorer");
    for (const knob of explorer?.querySelectorAll(".noUi-handle:not([aria-label])") ?? []) {
      const name = knob.closest(".widget-inline-hbox")?.querySelector("label")?.textContent;
      if (name) knob.ariaLabel = name;
    }
  }

  tell() {
    const { name, say, notice } = this.scene;
    this.root.ariaLabel = name;
    if (this.say.textContent !== say) this.say.textContent = say;
    if (this.notice.textContent !== notice && !this.deaf) this.notice.textContent = notice;
    clearTimeout(this.telling);
    this.telling = setTimeout(() => { if (this.aloud.textContent !== say) this.aloud.textContent = say; }, QUIET_TIME);
  }

  // Handles are elements of the page, so that a finger, a Tab key and a screen reader find them.
  placeGrips() {
    const seen = new Set();
    this.scene.panels.forEach((panel, p) => {
      for (const layer of panel.layers) {
        if (layer.kind === "handle") this.placeGrip(seen, layer, this.maps[p]);
        if (layer.kind === "points" && layer.drag) this.placeDatum(seen, layer, this.maps[p]);
      }
    });
    for (const [id, grip] of this.grips) if (!seen.has(id)) { grip.remove(); this.grips.delete(id); }
  }

  placeGrip(seen, layer, map) {
    const { id } = layer;
    if (!this.grips.has(id)) this.grips.set(id, this.newGrip(id));
    const grip = this.grips.get(id), [x, y] = map.to(map.clamp(layer.at));
    seen.add(id);
    grip.className = `grip ${layer.style}`;
    Object.assign(grip, { map, layer });
    grip.style.left = `${x}px`;
    grip.style.top = `${y}px`;
    grip.ariaLabel = layer.label;
    grip.ariaValueText = layer.value;
    grip.ariaValueNow = String(layer.along === "y" ? layer.at[1] : layer.at[0]);
    grip.ariaValueMin = String(map.panel[layer.along === "y" ? "y" : "x"].low);
    grip.ariaValueMax = String(map.panel[layer.along === "y" ? "y" : "x"].high);
  }

  // All data share one stop of the Tab key; Page Up and Page Down choose among them.
  placeDatum(seen, points, map) {
    const xy = floats(points.xy), n = xy.length / 2;
    this.data = { xy, n, map, drag: points.drag };
    this.datum = Math.min(this.datum, n - 1);
    this.canvas.style.touchAction = "none";
    const at = [xy[2 * this.datum], xy[2 * this.datum + 1]];
    const label = `datum ${this.datum} of ${n}; Page Up and Page Down choose another`;
    const value = at.map((v) => v.toPrecision(4)).join(", ");
    this.placeGrip(seen, { id: "datum", at, label, value, style: "datum", along: "xy" }, map);
  }

  newGrip(id) {
    const grip = node("div", { role: "slider", tabIndex: 0, ariaRoleDescription: "point that can be moved" });
    grip.dataset.handle = id;
    grip.setAttribute("aria-describedby", this.hint.id);
    grip.addEventListener("pointerdown", (event) => { event.stopPropagation(); this.drag(grip, event, id, grip.layer.at); });
    this.surface.append(grip);
    return grip;
  }

  // ------------------------------------------------------------ from the hand to the kernel

  drag(grip, event, id, at) {
    if (event.button) return;
    event.preventDefault();
    grip.focus({ preventScroll: true });
    const { map } = grip, [x, y] = map.to(map.clamp(at)), origin = [event.clientX - x, event.clientY - y];
    const done = new AbortController(), options = { signal: done.signal };
    const target = event.currentTarget;
    target.setPointerCapture(event.pointerId);
    target.addEventListener("pointermove", (move) => {
      move.stopPropagation();
      this.want(id, grip.map.from([move.clientX - origin[0], move.clientY - origin[1]]));
    }, options);
    for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) target.addEventListener(end, () => done.abort(), options);
  }

  nearestDatum(event) {
    const grip = this.grips.get("datum");
    if (!this.data || !grip) return null;
    const bounds = this.surface.getBoundingClientRect(), { xy, n, map } = this.data;
    let best = null, least = event.pointerType === "touch" ? 22 : 10;
    for (let i = 0; i < n; i++) {
      const [x, y] = map.to([xy[2 * i], xy[2 * i + 1]]);
      const away = Math.hypot(x + bounds.left - event.clientX, y + bounds.top - event.clientY);
      if (away < least) [best, least] = [i, away];
    }
    return best;
  }

  hover(event) {
    const over = event.target === this.canvas && this.nearestDatum(event) !== null;
    this.canvas.style.cursor = over ? "grab" : "";
  }

  grabDatum(event) {
    const i = event.target === this.canvas ? this.nearestDatum(event) : null;
    if (i === null) return;
    this.datum = i;
    this.placeGrips();
    const { xy, drag } = this.data;
    this.drag(this.grips.get("datum"), event, `${drag}${i}`, [xy[2 * i], xy[2 * i + 1]]);
  }

  key(event) {
    const grip = event.target.closest(".grip"), way = KEYS[event.key];
    if (!grip || event.ctrlKey || event.metaKey || event.altKey) return;
    if (grip.dataset.handle === "datum" && ["PageUp", "PageDown"].includes(event.key)) {
      this.datum = (this.datum + (event.key === "PageDown" ? 1 : this.data.n - 1)) % this.data.n;
      this.placeGrips();
    } else if (way) {
      const { map, layer } = grip, id = layer.id === "datum" ? `${this.data.drag}${this.datum}` : layer.id;
      const [x, y] = this.wanted.get(id) ?? layer.at, step = STEP * (event.shiftKey ? 0.1 : 1);
      const { x: a, y: b } = map.panel;
      this.want(id, map.clamp([x + way[0] * step * (a.high - a.low), y + way[1] * step * (b.high - b.low)]));
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  // At most one message is under way; of what comes meanwhile, the last place of each handle is kept.
  want(id, at) {
    this.wanted.set(id, at);
    this.pending.set(id, at);
    this.send();
  }

  send() {
    if (this.inFlight !== null || !(this.pending.size || this.tick)) return;
    const message = { serial: [this.id, ++this.count] };
    if (this.pending.size) message.moves = Object.fromEntries(this.pending);
    else message.tick = this.tick;
    this.pending.clear();
    this.tick = null;
    this.inFlight = this.count;
    this.root.dataset.busy = "true";
    this.model.send(message, { iopub: { status: ({ content }) => this.hasten(content.execution_state) } });
    clearTimeout(this.patience);
    this.patience = setTimeout(() => this.unanswered(), PATIENCE);
  }

  // The server holds back the kernel's answer until the browser has confirmed the word "busy" that goes before it,
  // and the browser confirms 40 ms later, or at once with whatever it sends: so it sends an empty message.
  hasten(state) {
    if (state === "busy" && this.inFlight !== null) this.model.send({});
  }

  answered() {
    const [who, which] = this.model.get("answered") ?? [];
    if (who !== this.id || which !== this.inFlight) return;
    clearTimeout(this.patience);
    this.inFlight = null;
    this.deaf = false;
    for (const id of this.wanted.keys()) if (!this.pending.has(id)) this.wanted.delete(id);
    this.root.dataset.busy = "false";
    this.schedule();
    this.send();
  }

  unanswered() {
    this.deaf = true;
    this.inFlight = null;
    this.wanted.clear();
    this.notice.textContent = "No answer from the kernel. It is busy, or it has stopped: then run the cell once more.";
  }

  // A run that is watched goes on by itself; whoever wants no motion is taken to its end.
  proceed() {
    clearTimeout(this.timer);
    const { pace } = this.scene;
    if (!pace) return;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.timer = setTimeout(() => { this.tick = still ? "end" : "next"; this.send(); }, still ? 0 : pace);
  }
}

function node(kind, properties) {
  const element = document.createElement(kind);
  for (const [name, value] of Object.entries(properties)) {
    if (name === "role") element.setAttribute("role", value);
    else element[name] = value;
  }
  return element;
}

function render({ model, el }) {
  const view = new View(model, el);
  return () => view.dispose();
}

export default { render };
