// Equations first, while everything is laid out; then the slides. `window.deckIsReady` is what a test waits for.
const forth = () => lectureFigures.takesKey(Reveal.getCurrentSlide(), 1) || Reveal.next();
const back = () => lectureFigures.takesKey(Reveal.getCurrentSlide(), -1) || Reveal.prev();
// A page holds the last lines of a derivation that have room; where nothing is left to leave out, type gets smaller.
const ROOM = 700;
const SEEN_INSIDE = ".surface *, aside, aside *, details.code *, mjx-container *";
function fit() {
  const slide = Reveal.getCurrentSlide();
  const cells = [...slide.children].filter((cell) => !cell.matches("aside") && !cell.querySelector("img, .surface"));
  const lines = [...slide.querySelectorAll(".derivation .fragment")];
  const top = slide.getBoundingClientRect();
  const nodes = [...slide.querySelectorAll("*")].filter((node) => !node.matches(SEEN_INSIDE));
  // Lines that are still to come keep their room, but do not count.
  const overflows = () => nodes.some((node) => {
    if (node.closest(".derivation .fragment:not(.visible)")) return false;
    const box = node.getBoundingClientRect();
    return box.width > 0 && box.bottom - top.top > (ROOM * top.height) / 720;
  });
  for (const line of lines) line.classList.remove("above");
  for (const cell of cells) cell.style.zoom = "";
  for (const line of lines.slice(0, -1)) if (overflows()) line.classList.add("above");
  for (let zoom = 0.95; zoom > 0.5 && overflows(); zoom -= 0.05) for (const cell of cells) cell.style.zoom = zoom;
}
// The key n shows the value of each line of a derivation, as its button does.
function numbers() {
  for (const button of Reveal.getCurrentSlide().querySelectorAll(".derivation button[name=numbers]")) button.click();
  fit();
}
window.addEventListener("load", async () => {
  await MathJax.startup.promise;
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
