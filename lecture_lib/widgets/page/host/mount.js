// Figures in a page: each <div data-explorer='{"kind": ..., "options": ...}'> comes alive; the picture that it holds
// stays for print, and for pages in which no script runs.

import { FigureView } from "./figure_view.js";
import { restored } from "./share.js";
import { Store } from "./store.js";

const MOST_KEYS = 8; // of a clicker: half-steps, with the last one all that are left; the next leads to the next slide

const shared = /** @type {any} */ (window);
const script = /** @type {HTMLScriptElement | null} */ (document.currentScript);
const table = script?.dataset.replays;

/** Whether no other script of this window has brought figures to life; a notebook has one for each widget. */
export const isFirst = !shared.lectureFigures;

/** What these scripts share: the stores by the key that a kernel gave them, and where the replays are told of. */
shared.lectureFigures ??= { stores: new Map(), replays: table && new URL(table, script.src).href, takesKey };

/** The store of a figure; one with a key is made once in a window. */
export function storeOf({ kind, options, key }) {
  const { stores } = shared.lectureFigures;
  if (stores.has(key)) return stores.get(key);
  const store = new Store({ kind, options });
  if (key) stores.set(key, store);
  return store;
}

function mount(place) {
  const { options, ...given } = JSON.parse(place.dataset.explorer);
  const inNotebook = place.closest(".jp-OutputArea");
  const index = inNotebook ? null : [...document.querySelectorAll("[data-explorer]")].indexOf(place);
  const store = storeOf({ ...given, options: restored(options, index) });
  place.classList.add("alive");
  place.append(new FigureView(store, { index, filled: Boolean(place.closest(".reveal")) }).root);
  place.figure = store;
}

/** Bring all to life that are there, and those that come. */
export function mountAll() {
  const all = () => document.querySelectorAll("[data-explorer]:not(.alive)").forEach(mount);
  all();
  new MutationObserver(all).observe(document.body, { childList: true, subtree: true });
}

/** Whether the live figure of a slide takes a key, forwards or back, as its half-step; a large one first closes. */
function takesKey(slide, by) {
  const place = slide?.querySelector("[data-explorer].alive");
  const store = place?.figure;
  if (!store || place.closest(".fragment:not(.visible)")) return false;
  const { explorer, state } = store;
  const large = [...store.views].map((view) => view.large).find(({ on }) => on);
  const used = Number(place.dataset.keys ?? 0);
  const forth = () => !explorer.atRest(state) && (large || used < MOST_KEYS);
  if (explorer.timed && (by > 0 ? forth() : state.way.at && used > 0)) {
    place.dataset.keys = String(used + by);
    const onward = used === MOST_KEYS - 1 && !large ? "To the end" : "Step";
    store.do({ kind: "press", name: by > 0 ? onward : "Back" });
    return true;
  }
  large?.toggle();
  return Boolean(large);
}
