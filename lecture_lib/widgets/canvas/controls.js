// The controls around the plane, which ipywidgets draws: names for the sliders, and few stops of the Tab key.

const TURN = { ArrowLeft: -1, ArrowRight: 1 };

export class Controls {
  constructor(signal) { Object.assign(this, { signal, buttons: [] }); }

  attend(plane) {
    const explorer = plane.closest(".lecture-explorer");
    if (!explorer) return;
    this.nameSliders(explorer);
    this.buttons = [...explorer.querySelectorAll("button.widget-button")];
    if (this.buttons.length && explorer !== this.explorer) this.listen(explorer);
    if (this.buttons.filter((button) => button.tabIndex === 0).length > 1) this.stopAt(this.buttons[0]);
  }

  // ipywidgets writes the name of a slider beside it, but does not tie the two together. The number on the other side
  // is for the mouse: the slider tells it too.
  nameSliders(explorer) {
    for (const knob of explorer.querySelectorAll(".noUi-handle:not([aria-label])")) {
      const row = knob.closest(".widget-inline-hbox"), name = row?.querySelector("label")?.textContent;
      if (name) knob.ariaLabel = name;
      row?.querySelector(".widget-readout")?.setAttribute("tabindex", "-1");
    }
  }

  // All buttons share one stop of the Tab key; the arrow keys go from one to the next.
  listen(explorer) {
    const options = { signal: this.signal };
    this.explorer = explorer;
    explorer.dataset.lmSuppressShortcuts = "true"; // else JupyterLab takes the arrow keys
    this.buttons[0].parentElement.setAttribute("role", "toolbar");
    explorer.addEventListener("focusin", ({ target }) => { if (this.buttons.includes(target)) this.stopAt(target); }, options);
    explorer.addEventListener("keydown", (event) => this.turn(event), options);
  }

  stopAt(stop) {
    for (const button of this.buttons) button.tabIndex = button === stop ? 0 : -1;
  }

  turn(event) {
    const { buttons } = this, here = buttons.indexOf(event.target), by = TURN[event.key];
    if (here < 0 || !by) return;
    buttons[(here + by + buttons.length) % buttons.length].focus();
    event.preventDefault();
    event.stopPropagation();
  }
}
