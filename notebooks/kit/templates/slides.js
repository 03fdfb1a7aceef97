// Equations first, while everything is laid out; then the slides. `window.deckIsReady` is what a test waits for.
const forth = () => lectureFigures.takesKey(Reveal.getCurrentSlide(), 1) || Reveal.next();
const back = () => lectureFigures.takesKey(Reveal.getCurrentSlide(), -1) || Reveal.prev();
// A page holds the last lines of a derivation that have room; type gets smaller, but not too small to be read; what
// then has no room goes on on a further page, beside the same picture.
const ROOM = 700, SMALLEST = 0.97;
const SEEN_INSIDE = ".surface *, aside, aside *, details.code *, mjx-container *";
function fit() {
  const slide = Reveal.getCurrentSlide();
  const cells = [...slide.children].filter((cell) => !cell.matches("aside") && !cell.querySelector("img, .surface"));
  const lines = [...slide.querySelectorAll(".derivation .fragment")];
  const top = slide.getBoundingClientRect();
  const nodes = [...slide.querySelectorAll("*")].filter((node) => !node.matches(SEEN_INSIDE) && !node.querySelector(".fragment"));
  // What is still to come keeps its room, but does not count.
  const overflows = () => nodes.some((node) => {
    if (node.closest(".fragment:not(.visible)")) return false;
    const box = node.getBoundingClientRect();
    return box.width > 0 && box.bottom - top.top > (ROOM * top.height) / 720;
  });
  for (const line of lines) line.classList.remove("above");
  for (const cell of cells) cell.style.zoom = "";
  for (const line of lines.slice(0, -1)) if (overflows()) line.classList.add("above");
  for (let zoom = 0.97; zoom >= SMALLEST && overflows(); zoom -= 0.03) for (const cell of cells) cell.style.zoom = zoom;
  // What cannot be divided, a long listing for example, is still shown whole.
  for (let zoom = SMALLEST; zoom > 0.5 && overflows(); zoom -= 0.05) for (const cell of cells) cell.style.zoom = zoom;
}
const isAside = (node) => node.matches("aside, .jp-MarkdownCell:has(.beside)");
// What a page is made of, in order: cells, and the blocks of cells of text.
function blocks(slide) {
  const cells = [...slide.children].filter((cell) => !isAside(cell));
  return cells.flatMap((cell) => {
    const text = cell.querySelector(".jp-RenderedMarkdown");
    return text ? [...text.children] : [cell];
  });
}
function bottom(slide, block) {
  const seen = [block, ...block.querySelectorAll("*")].filter((node) => !node.matches(SEEN_INSIDE));
  return Math.max(...seen.map((node) => node.getBoundingClientRect().bottom)) - slide.getBoundingClientRect().top;
}
function goOn(slide) {
  if (slide.querySelector(".surface, [data-explorer]")) return null;
  for (const line of [...slide.querySelectorAll(".derivation")].flatMap((steps) => [...steps.querySelectorAll(".fragment")].slice(0, -1)))
    line.classList.add("above");
  const parts = blocks(slide), limit = ROOM / SMALLEST - 40;
  const cut = parts.findIndex((part) => bottom(slide, part) > limit);
  for (const line of slide.querySelectorAll(".above")) line.classList.remove("above");
  if (parts.slice(0, Math.max(cut, 0)).every((part) => part.matches(".running, h1, h2, h3"))) return null;
  const next = slide.cloneNode(true), copies = blocks(next);
  parts.forEach((part, i) => (i < cut ? copies[i] : part).remove());
  if (!next.querySelector(".running")) {
    const head = document.createElement("p");
    head.className = "running";
    head.innerHTML = slide.querySelector("h1, h2, h3, .running")?.innerHTML ?? "";
    next.prepend(head);
  }
  const seconds = Number(slide.dataset.timing) / 2;
  slide.dataset.timing = next.dataset.timing = seconds;
  slide.after(next);
  return next;
}
function paginate() {
  const deck = document.querySelector(".reveal .slides");
  deck.classList.add("measured");
  for (const slide of deck.querySelectorAll(":scope > section > section"))
    for (let page = slide; page; page = goOn(page));
  deck.classList.remove("measured");
}
// The key n shows the value of each line of a derivation, as its button does.
function numbers() {
  for (const button of Reveal.getCurrentSlide().querySelectorAll(".derivation button[name=numbers]")) button.click();
  fit();
}
window.addEventListener("load", async () => {
  await MathJax.startup.promise;
  paginate();
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
  for (const change of ["slidechanged", "fragmentshown", "fragmenthidden"]) Reveal.on(change, fit);
  fit();
  window.deckIsReady = true;
});
