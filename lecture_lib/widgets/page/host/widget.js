// What anywidget loads in JupyterLab: the same figure, which mirrors its state to Python. When the kernel has heard of
// the page, it puts a plain <div> in the place of the widget; so a notebook that is reopened without a kernel shows
// the picture in there, and never an error.

import { mountAll } from "./mount.js";
import { Store } from "./store.js";
import { FigureView } from "./figure_view.js";

const REST = 150; // milliseconds without a change until Python is told

/** All figures of the window, by the key that their kernel gave them: the scripts of all widgets share it. */
const shared = /** @type {any} */ (window);
shared.lectureStores ??= new Map();
const known = shared.lectureStores;

/** A kernel may be gone; the figure goes on without it. */
function told(store, act) {
  try {
    act();
  } catch {
    store.seal = "No kernel: the figure goes on by itself, and Python is not told.";
  }
}

function storeOf(model) {
  const { kind, options, key } = model.get("figure");
  if (known.has(key)) return known.get(key);
  const store = new Store({ kind, options });
  known.set(key, store);
  if (known.size === 1) mountAll(known);
  store.seal = model.get("seal");
  const mirror = () =>
    told(store, () => {
      model.set("mirror", { ...store.explorer.mirror(store.state), count: store.count });
      model.save_changes();
    });
  let timer = 0;
  store.watchers.add(() => {
    clearTimeout(timer);
    timer = setTimeout(mirror, REST);
  });
  model.on("change:seal", () => {
    store.seal = model.get("seal");
    for (const view of store.views) view.schedule();
  });
  timer = setTimeout(mirror, REST);
  return store;
}

export const widget = {
  initialize({ model }) {
    const store = storeOf(model);
    told(store, () => model.send({ here: true }));
  },
  render({ model, el }) {
    const view = new FigureView(storeOf(model), {});
    el.append(view.root);
    return () => view.dispose();
  },
};
