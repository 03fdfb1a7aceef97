// The large mode: the figure alone on the screen, with type for the last row of a hall.

const [WIDE, HIGH] = [860, 540]; // pixels of a figure whose type is as large as on a page

export class FullScreen {
  constructor(view) {
    this.view = view;
    this.on = false;
    this.fit = () => this.zoom();
    this.ended = () => {
      if (this.on && !document.fullscreenElement) this.leave();
    };
  }

  toggle() {
    if (this.on) this.leave();
    else this.enter();
  }

  /** A full screen where the browser lets us have one, else above all else in the window. */
  async enter() {
    const { root } = this.view;
    this.on = true;
    root.classList.add("large");
    try {
      await root.requestFullscreen();
    } catch {
      root.popover = "manual";
      root.showPopover?.();
    }
    addEventListener("resize", this.fit);
    document.addEventListener("fullscreenchange", this.ended);
    this.zoom();
    root.querySelector("[tabindex='0']")?.focus();
  }

  leave() {
    const { root } = this.view;
    this.on = false;
    removeEventListener("resize", this.fit);
    document.removeEventListener("fullscreenchange", this.ended);
    if (document.fullscreenElement === root) document.exitFullscreen();
    if (root.popover) {
      root.hidePopover?.();
      root.popover = null;
    }
    root.classList.remove("large");
    root.style.removeProperty("--zoom");
    this.view.schedule();
  }

  zoom() {
    const scale = Math.max(1, Math.min(innerWidth / WIDE, innerHeight / HIGH));
    this.view.root.style.setProperty("--zoom", String(scale));
    this.view.schedule();
  }
}
