// The large mode: the figure alone on the screen, with type for the last row of a hall.

const [WIDE, HIGH] = [860, 540]; // pixels of a figure whose type is as large as on a page

export class FullScreen {
  constructor(view, signal) {
    this.view = view;
    this.on = false;
    addEventListener("resize", () => this.set(this.on), { signal }); // also when a page is zoomed
    const left = () => document.fullscreenElement || this.set(false);
    document.addEventListener("fullscreenchange", left, { signal });
  }

  /** A full screen where the browser lets us have one, else above all else in the window. */
  toggle() {
    this.set(!this.on);
    if (document.fullscreenElement) document.exitFullscreen();
    else if (this.on) this.view.root.requestFullscreen?.().catch(() => {});
  }

  set(on) {
    this.on = on;
    const { root } = this.view;
    const scale = Math.max(1, Math.min(innerWidth / WIDE, innerHeight / HIGH));
    root.classList.toggle("large", on);
    root.style.setProperty("--zoom", on ? String(scale) : "");
    this.view.schedule();
  }
}
