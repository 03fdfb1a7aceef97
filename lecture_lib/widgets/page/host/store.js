// What a figure is at the moment: its state, the states before it, and the clock. Several views show one store.

import { EXPLORERS, mirrored } from "../explorers/index.js";

const SLICE = 4; // milliseconds of a frame for work that goes on by itself
const PACES = { slow: 1400, normal: 700, fast: 250 };
export const SPEEDS = Object.keys(PACES);
const WAYS = ["Step", "Back", "To the start", "To the end"];

/** Events of one group are undone together: a drag, a slider that is turned, steps that follow each other. */
function groupOf(event) {
  if (event.drag) return event.drag;
  if (event.kind === "seek" || WAYS.includes(event.name)) return "time";
  return null;
}

const newSeed = () => Math.floor(Math.random() * 2 ** 31);

export class Store {
  /** @param {{kind: string, options: any}} given */
  constructor({ kind, options }) {
    /** @type {any} */
    this.explorer = EXPLORERS[kind];
    this.options = options;
    this.first = this.state = this.explorer.begin(options);
    this.past = [];
    this.group = null;
    this.views = new Set();
    this.watchers = new Set();
    this.playing = false;
    this.busy = false;
    this.speed = "normal";
    this.count = 0;
    this.seal = "Every number is compared with lecture_lib.";
    /** @type {number | null} */
    this.compared = null; // the count of the state that a kernel has compared; null where there is none
    this.frame = 0;
    this.timer = 0;
  }

  /** Who compared the numbers that are shown. */
  get judged() {
    const done = this.compared === null || this.compared === this.count;
    return done ? this.seal : "lecture_lib has not compared these numbers yet.";
  }

  mirror() {
    return { ...mirrored(this.explorer, this.state), count: this.count };
  }

  /** Let something happen. */
  do(event) {
    const before = this.state;
    const group = groupOf(event);
    this.state = this.explorer.act(before, event.seed === undefined ? { ...event, seed: newSeed() } : event);
    if (this.state === before) return;
    if (group === null || group !== this.group) this.past.push(before);
    this.group = group;
    this.changed(event.kind !== "move" && !event.drag);
  }

  undo() {
    if (!this.past.length) return;
    this.state = this.past.pop();
    this.group = null;
    this.pause();
    this.changed(true);
  }

  reset() {
    this.past.push(this.state);
    Object.assign(this, { state: this.first, group: null });
    this.pause();
    this.changed(true);
  }

  /** Tell the views, and go on with what is left to do. */
  changed(glide) {
    this.count += 1;
    this.work();
    for (const view of this.views) view.show(glide);
    for (const watcher of this.watchers) watcher();
    this.wind();
  }

  /** Work that goes on by itself, for a part of each frame. */
  work() {
    const { work } = this.explorer;
    const end = performance.now() + SLICE;
    let later = null;
    do {
      later = work?.(this.state) ?? null;
      if (later) this.state = later;
    } while (later && performance.now() < end);
    cancelAnimationFrame(this.frame);
    this.busy = Boolean(later);
    if (later) this.frame = requestAnimationFrame(() => this.changed(false));
  }

  play() {
    if (this.explorer.atRest(this.state)) this.do({ kind: "press", name: "To the start" });
    this.playing = true;
    this.changed(true);
  }

  pause() {
    this.playing = false;
    clearTimeout(this.timer);
  }

  toggle() {
    if (this.playing) {
      this.pause();
      this.changed(true);
    } else this.play();
  }

  /** Set the clock for the next step; a figure that nobody sees rests. */
  wind() {
    clearTimeout(this.timer);
    if (this.playing && this.explorer.atRest(this.state)) this.playing = false;
    if (!this.playing) return;
    this.timer = setTimeout(() => {
      if (![...this.views].some((view) => view.root.isConnected)) this.pause();
      else this.do({ kind: "press", name: "Step" });
    }, PACES[this.speed]);
  }
}
