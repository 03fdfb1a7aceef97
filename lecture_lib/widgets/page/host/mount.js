// Figures in a page: each <div data-explorer='{"kind": ..., "options": ...}'> comes alive; the picture that it holds
// stays for print, and for pages in which no script runs.

import { restored } from "./share.js";
import { Store } from "./store.js";
import { FigureView } from "./figure_view.js";

const WAITING = "[data-explorer]:not(.alive)";
const PATIENCE = 4000; // milliseconds until a figure whose kernel does not answer goes on by itself

/** Bring one to life. `stores` knows those that a kernel has made, by their key. */
export function mount(place, stores = new Map()) {
  const given = JSON.parse(place.dataset.explorer);
  const all = [...document.querySelectorAll("[data-explorer]")];
  const index = all.indexOf(place);
  const store = stores.get(given.key) ?? new Store({ kind: given.kind, options: restored(given.options, index) });
  if (!stores.has(given.key)) store.seal = "Every number here is compared with lecture_lib, in its tests.";
  const view = new FigureView(store, {
    index: place.closest(".jp-OutputArea") ? null : index,
    filled: Boolean(place.closest(".reveal")),
  });
  place.classList.add("alive");
  place.append(view.root);
  place.figure = store;
  return view;
}

/** Bring all to life that are there, and those that come; one with a key waits a while for its kernel. */
export function mountAll(stores) {
  const began = performance.now();
  const all = () => {
    for (const place of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(WAITING))) {
      const { key } = JSON.parse(place.dataset.explorer);
      if (!key || stores.has(key) || performance.now() - began > PATIENCE) mount(place, stores);
      else setTimeout(all, PATIENCE);
    }
  };
  all();
  new MutationObserver(all).observe(document.body, { childList: true, subtree: true });
}

/** The live figure of a slide takes the next key as its next half-step, at most so many times. */
const MOST_KEYS = 8;

export function takesKey(slide, by) {
  const place = slide?.querySelector("[data-explorer].alive");
  if (place?.closest(".fragment:not(.visible)")) return false;
  const store = place?.figure;
  if (!store?.explorer.timed) return false;
  const used = Number(place.dataset.keys ?? 0);
  const over =
    by > 0 ? store.explorer.atRest(store.state) || used >= MOST_KEYS : store.state.way.at === 0 || used <= 0;
  if (over) return false;
  place.dataset.keys = String(used + by);
  store.do({ kind: "press", name: by > 0 ? "Step" : "Back" });
  return true;
}
