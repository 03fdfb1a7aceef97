// The controls above a figure: the time line, and those that its explorer names. All buttons share one stop of the Tab
// key; the arrow keys go from one to the next.

import { number } from "../painter/scene.js";
import { element } from "./element.js";
import { SPEEDS } from "./store.js";

const TURN = { ArrowLeft: -1, ArrowRight: 1 };

export class Toolbar {
  constructor(store, tools) {
    this.store = store;
    this.made = new Map();
    const buttons = tools.map(([control, act]) => this.button(control, act));
    this.large = buttons.at(-1);
    this.tools = element("span", { className: "tools" }, ...buttons);
    const look = { className: "bar", role: "toolbar", ariaLabel: "controls of the figure" };
    this.root = element("div", { ...look, on: { keydown: (event) => this.turn(event) } });
    if (store.explorer.timed) this.makeTime();
    this.root.append(this.tools);
  }

  makeTime() {
    const press = (name, label) =>
      this.button({ name, label, tip: name }, () => this.store.do({ kind: "press", name }));
    this.play = this.button({ name: "Play", label: "▶ Play" }, () => this.store.toggle());
    this.step = this.button({ name: "Step", tip: "The half-step that follows", main: true }, () => {
      this.store.pause();
      this.store.do({ kind: "press", name: "Step" });
    });
    this.scrub = element("input", { type: "range", className: "scrub", ariaLabel: "step that is shown" });
    this.scrub.addEventListener("input", () => this.store.do({ kind: "seek", at: Number(this.scrub.value) }));
    this.speed = element("select", { ariaLabel: "speed" }, ...SPEEDS.map((name) => element("option", {}, name)));
    this.speed.addEventListener("change", () => {
      this.store.speed = this.speed.value;
    });
    this.root.append(
      press("To the start", "|◀"),
      press("Back", "◀"),
      this.play,
      this.step,
      press("To the end", "▶|"),
      this.scrub,
      this.speed,
    );
  }

  button({ name, label = name, tip = "", main = false, opens = false }, act) {
    const look = {
      type: "button",
      title: tip,
      className: main ? "main" : "",
      "data-name": name,
      on: { click: act },
    };
    const button = element("button", look, label);
    if (label !== name) button.ariaLabel = name;
    if (opens) button.ariaExpanded = "false";
    return button;
  }

  /** Show what the explorer's controls are now. */
  show() {
    const { explorer, state } = this.store;
    if (explorer.timed) this.showTime(explorer, state);
    const seen = new Set();
    for (const control of explorer.controls(state)) {
      seen.add(control.name);
      if (!this.made.has(control.name)) this.add(control);
      this.made.get(control.name).show(control);
    }
    for (const [name, { root }] of this.made) root.hidden = !seen.has(name);
    this.stopAt(this.buttons().find((button) => button.tabIndex === 0) ?? this.buttons()[0]);
  }

  showTime(explorer, state) {
    const { stops, at, ahead } = state.way;
    const rest = explorer.atRest(state);
    const next = explorer.next(state);
    this.step.textContent = next;
    this.step.disabled = rest && !ahead;
    this.step.ariaLabel = next === "Step" ? null : `Step: ${next}`;
    this.play.textContent = this.store.playing ? "|| Pause" : "▶ Play";
    this.play.ariaLabel = this.store.playing ? "Pause" : "Play";
    this.scrub.max = String(Math.max(stops.length - 1, 1));
    this.scrub.disabled = stops.length < 2;
    this.scrub.value = String(at);
    this.scrub.ariaValueText = `${at}: ${stops[at].step}`;
    this.speed.value = this.store.speed;
  }

  add(control) {
    const made = MAKERS[control.kind](control, this);
    this.made.set(control.name, made);
    this.tools.before(made.root);
  }

  buttons() {
    return [...this.root.querySelectorAll("button")].filter((button) => !button.disabled && !button.hidden);
  }

  stopAt(stop) {
    for (const button of this.root.querySelectorAll("button")) button.tabIndex = button === stop ? 0 : -1;
  }

  turn(event) {
    const buttons = this.buttons();
    const [here, by] = [buttons.indexOf(event.target), TURN[event.key]];
    if (here < 0 || !by) return;
    const next = buttons[(here + by + buttons.length) % buttons.length];
    this.stopAt(next);
    next.focus();
    event.preventDefault();
    event.stopPropagation();
  }
}

/** A control of each kind: how it is made, and how it shows a new value. */
const MAKERS = {
  button(control, bar) {
    const root = bar.button(control, () => bar.store.do({ kind: "press", name: control.name }));
    return { root, show() {} };
  },
  slider(control, { store }) {
    const input = element("input", { type: "range" });
    const output = element("output");
    const root = element("label", {}, control.label, input, output);
    let turning = "";
    input.addEventListener("pointerdown", () => {
      turning = `turn ${performance.now()}`;
    });
    input.addEventListener("input", () => {
      const value = Number(input.value);
      store.do({
        kind: "set",
        name: control.name,
        value: control.log ? 10 ** value : value,
        drag: turning || control.name,
      });
    });
    input.addEventListener("change", () => {
      turning = "";
    });
    return {
      root,
      show: ({ low, high, step, value, log, words }) => {
        Object.assign(input, { min: String(low), max: String(high), step: String(step) });
        const shown = String(log ? Math.log10(value) : value);
        if (document.activeElement !== input || Math.abs(Number(input.value) - Number(shown)) > step)
          input.value = shown;
        input.ariaValueText = output.textContent = words ?? number(value, 3);
      },
    };
  },
  choice(control, { store }) {
    const options = Object.entries(control.options).map(([value, words]) => element("option", { value }, words));
    const input = element("select", {}, ...options);
    return { root: element("label", {}, control.label, input), show: follows(control, store, input, "value") };
  },
  check(control, { store }) {
    const input = element("input", { type: "checkbox" });
    return { root: element("label", {}, input, control.label), show: follows(control, store, input, "checked") };
  },
};

/** An input whose property sets a value, and shows it. */
function follows({ name }, store, input, property) {
  input.addEventListener("change", () => store.do({ kind: "set", name, value: input[property] }));
  return ({ value }) => {
    input[property] = value;
  };
}
