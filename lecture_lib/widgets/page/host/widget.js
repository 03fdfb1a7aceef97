// What anywidget loads in JupyterLab: the same figure, which mirrors its state to Python. When the kernel has heard of
// the page, it puts a plain <div> with the script in the place of the widget; so a notebook that is reopened without a
// kernel shows the figure in there, or its picture where scripts are not trusted, and never an error.

import { FigureView } from "./figure_view.js";
import { isFirst, mountAll, storeOf } from "./mount.js";

const REST = 150; // milliseconds without a change until Python is told

if (isFirst) mountAll();

/** A kernel may be gone; the figure goes on without it. */
function told(store, act) {
  try {
    act();
  } catch {
    Object.assign(store, { compared: null, seal: "No kernel: the figure goes on by itself." });
  }
}

/** Tell Python each state that rests, and show its seal. */
function tellPython(store, model) {
  const tell = () => {
    model.set("mirror", store.mirror());
    model.save_changes();
  };
  let timer = 0;
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(() => told(store, tell), REST);
  };
  const sealed = () => {
    Object.assign(store, { compared: model.get("compared"), seal: model.get("seal") });
    for (const view of store.views) view.schedule();
  };
  store.watchers.add(later);
  model.on("change:compared", sealed);
  sealed();
  later();
}

export const widget = {
  initialize({ model }) {
    const store = storeOf(model.get("figure"));
    tellPython(store, model);
    told(store, () => model.send({ here: true }));
  },
  render({ model, el }) {
    const view = new FigureView(storeOf(model.get("figure")), {});
    el.append(view.root);
    return () => view.dispose();
  },
};
