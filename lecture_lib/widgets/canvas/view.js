// One view of the plane: paints the scene that the kernel sends, and sends back what the user moves.

import { Coordinates, layout } from "./coordinates.js";
import { lookOf, themeAround } from "./colour.js";
import { paintPanel } from "./panel.js";
import { Words, node } from "./words.js";
import { Grips } from "./grips.js";
import { Wire } from "./wire.js";
import { Hand } from "./hand.js";
import { Controls } from "./controls.js";

class View {
  constructor(model, el) {
    Object.assign(this, { model, stopped: new AbortController() });
    const { signal } = this.stopped;
    this.root = node("div", { className: "lecture-plane", role: "group" });
    this.root.dataset.lmSuppressShortcuts = "true"; // else JupyterLab takes the arrow keys
    this.surface = node("div", { className: "surface" });
    this.canvas = node("canvas", { ariaHidden: "true" });
    this.surface.append(this.canvas);
    this.root.append(this.surface);
    el.append(this.root);
    this.wire = new Wire(model, {
      busy: (yes) => { this.root.dataset.busy = String(yes); },
      answered: () => { this.words.deaf = false; this.schedule(); },
      silent: () => this.words.noAnswer(),
    });
    this.words = new Words(this.root, this.wire.id);
    this.grips = new Grips(this.surface, this.words.keys.id);
    this.hand = new Hand(this.root, this.surface, this.grips, this.wire, signal);
    this.controls = new Controls(signal);
    this.listen(signal);
    this.onScene();
  }

  listen(signal) {
    this.onScene = () => { this.schedule(); this.wire.proceed(this.model.get("scene").pace); };
    this.model.on("change:scene", this.onScene);
    this.resized = new ResizeObserver(() => this.schedule());
    this.resized.observe(this.root);
    this.themed = new MutationObserver(() => this.schedule());
    this.themed.observe(document.body, { attributes: true });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.schedule(), { signal });
    this.watchDensity();
  }

  // A window that is moved to another screen need not change its size.
  watchDensity() {
    const here = matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`), { signal } = this.stopped;
    here.addEventListener("change", () => { this.schedule(); this.watchDensity(); }, { once: true, signal });
  }

  dispose() {
    this.stopped.abort();
    this.model.off("change:scene", this.onScene);
    for (const part of [this.wire, this.words]) part.dispose();
    for (const watcher of [this.resized, this.themed]) watcher.disconnect();
    cancelAnimationFrame(this.frame);
  }

  schedule() {
    this.frame ??= requestAnimationFrame(() => { this.frame = null; this.paint(); });
  }

  paint() {
    const scene = this.model.get("scene"), width = this.surface.clientWidth;
    if (!width || !scene.panels) return;
    const ratio = window.devicePixelRatio || 1, { height, boxes } = layout(scene, width);
    const maps = scene.panels.map((panel, i) => new Coordinates(panel, boxes[i]));
    const ctx = this.sized(width, height, ratio), look = this.look(ratio);
    ctx.clearRect(0, 0, width, height);
    scene.panels.forEach((panel, i) => paintPanel(ctx, panel, maps[i], look));
    this.grips.place(scene.panels, maps);
    this.surface.style.touchAction = this.grips.data ? "none" : "";
    this.root.ariaLabel = scene.name;
    this.words.tell(scene);
    this.controls.attend(this.root);
    this.root.dataset.painted = (this.model.get("answered") ?? []).join("-");
  }

  sized(width, height, ratio) {
    const { canvas } = this, size = [width, height].map((side) => Math.round(side * ratio));
    if (canvas.width !== size[0] || canvas.height !== size[1]) {
      [canvas.width, canvas.height] = size;
      canvas.style.height = `${height}px`;
    }
    const ctx = canvas.getContext("2d");
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    return ctx;
  }

  look(ratio) {
    const theme = themeAround(this.root);
    for (const name of ["ink", "ground", "focus"]) this.root.style.setProperty(`--plane-${name}`, theme[name]);
    this.root.dataset.theme = theme.dark ? "dark" : "light";
    return lookOf(theme, ratio, getComputedStyle(this.root).fontFamily);
  }
}

function render({ model, el }) {
  const view = new View(model, el);
  return () => view.dispose();
}

export default { render };
