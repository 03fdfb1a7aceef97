// Own data, and what brings a state back: a link, and a line of Python.

import { element } from "./element.js";

const columnsOf = ({ columns }) => (columns === 1 ? "one column of numbers" : "two columns of numbers");

/** Rows of numbers in a text; a line of words above them is left out. Raises when they do not fit. */
function rowsOf(text, data) {
  const between = /[;\t]/.test(text) ? /[;\t]\s*/ : /[\s,]+/; // where commas are decimal, and where they are not
  const lines = text.split("\n").filter((row) => row.trim());
  const rows = lines.map((row) =>
    row
      .trim()
      .split(between)
      .map((cell) => Number(cell.replace(",", "."))),
  );
  const numbers = rows.filter((row, i) => i || row.every(Number.isFinite));
  const { columns, fewest, most } = data;
  const what = `${columnsOf(data)}, from ${fewest} to ${most} rows`;
  const wrong = numbers.findIndex((row) => row.length !== columns || !row.every(Number.isFinite));
  if (wrong >= 0) throw new Error(`Row ${wrong + 1} is "${numbers[wrong].join(" ")}"; paste ${what}.`);
  if (numbers.length < fewest || numbers.length > most)
    throw new Error(`There are ${numbers.length} rows; paste ${what}.`);
  return numbers;
}

const equal = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/** The address of this page with what of a figure's state differs from how it began. */
function linkTo({ explorer, state, options }, index) {
  const packed = Object.entries(explorer.pack(state)).filter(([name, value]) => !equal(value, options[name]));
  const address = new URL(location.href);
  address.searchParams.set(`figure-${index}`, JSON.stringify(Object.fromEntries(packed)));
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

const ONLY_IN_PAGES = ["click", "seed", "view", "rate", "origin"]; // Python has no options for these

/** The line of Python that restores a state; data have their name while they are as they were given. */
function pythonOf({ explorer, state, options }) {
  const given = Object.entries(explorer.pack(state)).flatMap(([name, value]) => {
    if (value === null || ONLY_IN_PAGES.includes(name)) return [];
    const isData = name === "X" || name === "x";
    return `${name}=${isData && equal(value, options[name]) ? name : inPython(value)}`;
  });
  return `${explorer.kind}Explorer(${given.join(", ")})`;
}

function inPython(value) {
  if (value === true || value === false) return value ? "True" : "False";
  if (!value.covariances) return JSON.stringify(value);
  const { weights, means, covariances } = value;
  const matrices = covariances.map(([a, b, c]) => [
    [a, b],
    [b, c],
  ]);
  return `MixtureParameters(${[weights, means, matrices].map(inPython).join(", ")})`;
}

export class Share {
  /** @param {number | null} index which figure of the page it is, null where an address restores nothing */
  constructor(store, index) {
    const { data } = store.explorer;
    const ariaLabel = data ? `data: ${columnsOf(data)}` : "what was copied";
    this.text = element("textarea", { rows: 4, spellcheck: false, ariaLabel, placeholder: ariaLabel });
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

  async copy(words) {
    this.text.value = words;
    this.text.select();
    try {
      await navigator.clipboard.writeText(words);
      this.reply.textContent = "Copied.";
    } catch {
      this.reply.textContent = "Copy what is marked.";
    }
  }
}
