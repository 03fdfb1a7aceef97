// Equations first, while everything is laid out; then the slides. `window.deckIsReady` is what a test waits for.
const forth = () => lectureFigures.takesKey(Reveal.getCurrentSlide(), 1) || Reveal.next();
const back = () => lectureFigures.takesKey(Reveal.getCurrentSlide(), -1) || Reveal.prev();
// Pages are measured once, with all that their keys will show, so nothing moves later. Type gets smaller, but not too
// small to be read; what then has no room goes on on a further page, a derivation below its first line.
const FLOOR = 680, SIZES = [1, 0.93, 0.86];
const APART = "aside, .beside, .meaning", WHOLE = "mjx-container, .surface, details.code";
const LINES = ".derivation > .row, .derivation > .fragment";
const isAside = (node) => node.matches("aside, .jp-MarkdownCell:has(.beside)");
const cells = (slide) => [...slide.children].filter((cell) => !isAside(cell));
const resized = (slide, size) => {
  const now = slide.style.getPropertyValue("--size") || "1"; // a change sets all formulas anew, which takes long
  if (Number(now) !== size) slide.style.setProperty("--size", size);
};
// A block and what is in it, formulas and figures as a whole.
const parts = (node) => node.matches(APART) ? [] : node.matches(WHOLE) ? [node] : [node, ...[...node.children].flatMap(parts)];
function bottom(slide, block) {
  const boxes = parts(block).map((node) => node.getBoundingClientRect()).filter((box) => box.width > 0);
  const whole = slide.getBoundingClientRect();
  return (Math.max(whole.top, ...boxes.map((box) => box.bottom)) - whole.top) * (720 / whole.height);
}
// A picture is never smaller than in the notebook.
const isSqueezed = (img) => img.clientHeight < img.getAttribute("height") || img.clientWidth < img.getAttribute("width");
const pictures = (slide) => [...slide.querySelectorAll("img")].filter((img) => !img.closest(".beside, .alive"));
// Beside a picture a formula may have too little room.
const isWide = (slide) => slide.querySelector(".beside") && [...slide.querySelectorAll("mjx-mi, mjx-mo, mjx-mtext")].some(
  (letter) => letter.getBoundingClientRect().right > slide.getBoundingClientRect().right - parseFloat(getComputedStyle(slide).paddingRight));
const overflows = (slide) =>
  cells(slide).some((cell) => bottom(slide, cell) > FLOOR) || pictures(slide).some(isSqueezed) || isWide(slide);
// Set the largest type with which all fits; say whether it does.
function fit(slide) {
  return SIZES.some((size) => {
    resized(slide, size);
    return !overflows(slide);
  });
}
// What a page is made of, in order: cells, the blocks of cells of text, and the lines of derivations.
const blocks = (slide) => cells(slide).flatMap((cell) => {
  const text = cell.querySelector(".jp-RenderedMarkdown"), lines = [...cell.querySelectorAll(LINES)];
  return lines.length ? lines : text ? [...text.children] : [...cell.querySelectorAll(".jp-Cell")].concat(cell).slice(0, 1);
});
const arrives = (node, page) => {
  for (let at = node; at && at !== page; at = at.parentElement) {
    if (at.matches(".fragment:not(.answer)")) at.classList.replace("fragment", at.matches(LINES) ? "row" : "arrived");
  }
};
// Where to divide a page: at a block that is not the first below the headings; at a line but not at the second one.
function cutOf(slide, found) {
  // What announces something stays with it.
  const isHead = (part) => part.matches(".running, h1, h2, h3") || (!part.matches(LINES) && part.textContent.trim().endsWith(":"));
  const first = found.findIndex((part) => !part.matches(".running, h1, h2, h3")) + 1;
  let cut = found.findIndex((part) => bottom(slide, part) > FLOOR);
  if (cut < 0) cut = found.length - 1; // a margin, or a picture, has no room
  if (cut >= first && found[cut].matches(LINES) && found[cut].parentElement === found[cut - 1].parentElement) {
    const start = found.findIndex((part) => part.parentElement === found[cut].parentElement);
    if (cut < start + 2) cut = start;
  }
  while (cut > first && isHead(found[cut - 1])) cut -= 1;
  return cut < first ? -1 : cut;
}
function goOn(slide) {
  if (slide.querySelector(".surface, [data-explorer]") || fit(slide)) return null;
  if (isWide(slide)) {
    slide.querySelector(".jp-MarkdownCell:has(.beside)").remove(); // the formula needs the room
    if (fit(slide)) return null;
  }
  const found = blocks(slide);
  resized(slide, 1);
  let cut = cutOf(slide, found);
  if (found[cut]?.matches(LINES)) {
    resized(slide, SIZES.at(-1)); // as much of a derivation as there is room for
    cut = cutOf(slide, found);
  }
  if (cut < 0) return squeeze(slide);
  const next = slide.cloneNode(true), copies = blocks(next);
  // What goes on from a derivation, a line or the text below it, keeps its first line and the one before; where two
  // lines and the next have no room, the first alone, else it would go on for ever.
  const line = [found[cut], found[cut - 1]].find((part) => part.matches(LINES) && found[cut - 1].matches(LINES));
  const start = line && line.parentElement === found[cut - 1].parentElement ? found.findIndex((part) => part.parentElement === line.parentElement) : cut;
  found.forEach((part, i) => {
    if (i >= cut) part.remove();
    else if (i === start || (i === cut - 1 && i > start + 1)) arrives(copies[i], next);
    else copies[i].remove();
  });
  arrives(copies[cut], next);
  for (const page of [slide, next]) for (const cell of cells(page)) if (isEmpty(cell)) cell.remove();
  for (const cell of next.querySelectorAll(".jp-MarkdownCell:has(.beside .answer)")) cell.querySelector(".answer").classList.remove("fragment");
  if (!next.querySelector(".running, h1, h2, h3")) {
    const head = document.createElement("p");
    head.className = "running";
    head.innerHTML = slide.querySelector("h1, h2, h3, .running")?.innerHTML ?? "";
    next.prepend(head);
  }
  const seconds = Number(slide.dataset.timing);
  slide.dataset.timing = Math.floor(seconds / 2);
  next.dataset.timing = seconds - Math.floor(seconds / 2);
  slide.after(next);
  fit(slide);
  return next;
}
const isEmpty = (cell) => cell.querySelector(".derivation") ? !cell.querySelector(LINES)
  : !cell.textContent.trim() && !cell.querySelector("img, .surface, [data-explorer]");
function paginate() {
  const deck = document.querySelector(".reveal .slides");
  deck.classList.add("measured");
  for (const slide of deck.querySelectorAll(":scope > section > section"))
    for (let page = slide; page; page = goOn(page));
  if (!isPrinted) deck.classList.remove("measured");
}
// What cannot be divided, a long listing for example, is still shown whole.
function squeeze(slide) {
  const found = cells(slide).filter((cell) => !cell.querySelector("img, .surface, [data-explorer]"));
  for (let zoom = 0.95; zoom > 0.5 && overflows(slide); zoom -= 0.05) for (const cell of found) cell.style.zoom = zoom;
  return null;
}
// The key n shows the value of each line of a derivation, as its button does.
function numbers() {
  for (const button of Reveal.getCurrentSlide().querySelectorAll(".derivation button[name=numbers]")) button.click();
  fit(Reveal.getCurrentSlide());
}
// ?print shows all pages below each other, each with all that its keys bring.
const isPrinted = location.search === "?print";
window.addEventListener("load", async () => {
  await MathJax.startup.promise;
  await document.fonts.ready;
  paginate();
  if (isPrinted) return document.documentElement.classList.add("printed");
  await Reveal.initialize({
    width: 1280,
    height: 720,
    margin: 0,
    center: false,
    display: "flex",
    hash: true,
    slideNumber: "c/t",
    // One key leads through all of it, whatever stands below what.
    navigationMode: "linear",
    transition: "none",
    // Right, Space and Page Down, which a clicker sends: a live figure takes them first, as its half-steps.
    keyboard: { 39: forth, 32: forth, 34: forth, 37: back, 33: back, 78: numbers },
    // Every slide has a time of its own; without this one the speaker sees none of them.
    defaultTiming: 60,
    plugins: [RevealNotes],
  });
  for (const [keys, what] of HELP) Reveal.registerKeyboardShortcut(keys, what);
  window.deckIsReady = true;
});
// What the question mark lists: of the keys of reveal.js the first entry is N's, which is taken here.
const HELP = [
  ["&#8594;  ,  &#8595;  ,  SPACE  ,  N  ,  L  ,  J", "Next (N: see below)"],
  ["N", "In a derivation: the value of each line"],
  ["&#8594;  ,  SPACE  ,  Page down", "In a live figure: its next half-step"],
  ["Tab, then arrows", "In a live figure: move a mean or a datum; F: the whole screen"],
];
