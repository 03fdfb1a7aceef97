// Own data, and what brings a state back: a link, and a line of Python.

import { element } from "./element.js";

/** Rows of numbers in a text; a line of words above them is left out. Raises when they do not fit. */
function rowsOf(text, { columns, fewest, most }) {
  const lines = text
    .trim()
    .split(/\r?\n/)
    .filter((row) => row.trim());
  const commas = lines.some((row) => /[;\t]/.test(row));
  const rows = lines.map((row) =>
    row
      .trim()
      .split(commas ? /[;\t]\s*/ : /[\s,]+/)
      .map((cell) => Number(cell.replace(",", "."))),
  );
  const numbers = rows.filter((row, i) => i || row.every(Number.isFinite));
  const what = `${columns === 1 ? "one column" : "two columns"} of numbers, from ${fewest} to ${most} rows`;
  const wrong = numbers.findIndex((row) => row.length !== columns || !row.every(Number.isFinite));
  if (wrong >= 0) throw new Error(`Row ${wrong + 1} is "${numbers[wrong].join(" ")}"; paste ${what}.`);
  if (numbers.length < fewest || numbers.length > most)
    throw new Error(`There are ${numbers.length} rows; paste ${what}.`);
  return numbers;
}

/** What of a packed state differs from how the figure began. */
function news(packed, options) {
  const differs = ([name, value]) => JSON.stringify(value) !== JSON.stringify(options[name]);
  return Object.fromEntries(Object.entries(packed).filter(differs));
}

/** The address of this page with the state of one of its figures. */
function linkTo(store, index) {
  const address = new URL(location.href);
  address.searchParams.set(
    `figure-${index}`,
    JSON.stringify(news(store.explorer.pack(store.state), store.options)),
  );
  return address.href;
}

/** The options of a figure, changed by the address of the page. */
export function restored(options, index) {
  const packed = new URL(location.href).searchParams.get(`figure-${index}`);
  if (!packed) return options;
  try {
    return { ...options, ...JSON.parse(packed) };
  } catch {
    return options; // a link that was cut off
  }
}

/** The line of Python that restores a state; data are named X while they are as they were given. */
function pythonOf({ explorer, state, options }) {
  const { X, x } = explorer.pack(state);
  const now = JSON.stringify(X ?? x);
  const data = now === JSON.stringify(options.X ?? options.x) ? "X" : now;
  return `${explorer.kind}Explorer(${explorer.python(state, data)})`;
}

export class Share {
  /** @param {number | null} index which figure of the page it is, null where an address restores nothing */
  constructor(store, index) {
    const { data } = store.explorer;
    this.text = element("textarea", { rows: 4, spellcheck: false });
    this.text.ariaLabel = data
      ? `${data.columns === 1 ? "one column" : "two columns"} of numbers, a row a datum`
      : "what was copied";
    if (data) this.text.placeholder = data.columns === 1 ? "1.5\n2.25" : "1.5  2.25\n0.5  3";
    this.reply = element("output", { role: "status" });
    const button = (words, act) => element("button", { type: "button", on: { click: act } }, words);
    const buttons = [
      ...(data ? [button("Use these data", () => this.use(store, this.text.value))] : []),
      ...(index === null ? [] : [button("Copy link", () => this.copy(linkTo(store, index)))]),
      button("Copy Python", () => this.copy(pythonOf(store))),
    ];
    this.root = element("div", { className: "share", hidden: true }, this.text, ...buttons, this.reply);
  }

  use(store, text) {
    try {
      const X = rowsOf(text, store.explorer.data);
      const complaint = store.explorer.data.refuses?.(X) ?? "";
      if (complaint) throw new Error(complaint);
      store.do({ kind: "data", X });
      this.reply.textContent = `${X.length} data.`;
    } catch (error) {
      this.reply.textContent = error.message;
    }
  }

  copy(words) {
    this.text.value = words;
    this.text.select();
    const copied = navigator.clipboard?.writeText(words) ?? Promise.reject();
    copied
      .then(
        () => "Copied.",
        () => "Copy what is marked.",
      )
      .then((said) => {
        this.reply.textContent = said;
      });
  }
}
