// The large mode: the figure alone on the screen, with type for the last row of a hall.

const [WIDE, HIGH] = [860, 540]; // pixels of a figure whose type is as large as on a page

export class FullScreen {
  constructor(view, signal) {
    this.view = view;
    this.on = false;
    addEventListener("resize", () => this.set(this.on), { signal }); // also when a page is zoomed
    const left = () => this.full || this.set(false);
    document.addEventListener("fullscreenchange", left, { signal });
  }

  /** Whether the browser gives the figure its screen; a deck may have a full screen of its own. */
  get full() {
    return document.fullscreenElement === this.view.root;
  }

  /** A full screen where the browser lets us have one, else above all else in the window; keys are the figure's. */
  toggle() {
    const { root } = this.view;
    this.set(!this.on);
    if (this.full) document.exitFullscreen();
    if (!this.on) return;
    root.requestFullscreen?.().catch(() => {});
    if (!document.activeElement.matches(".handle")) root.focus();
  }

  set(on) {
    this.on = on;
    const { root, toolbar } = this.view;
    const scale = Math.max(1, Math.min(innerWidth / WIDE, innerHeight / HIGH));
    root.classList.toggle("large", on);
    root.style.setProperty("--zoom", on ? String(scale) : "");
    toolbar.large.textContent = on ? "Close" : "Large";
    if (on) root.tabIndex = -1;
    else root.removeAttribute("tabindex");
    this.view.schedule();
  }
}
