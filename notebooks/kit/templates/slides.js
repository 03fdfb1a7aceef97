// Equations first, while everything is laid out; then the slides. `window.deckIsReady` is what a test waits for.
const forth = () => lectureFigures.takesKey(Reveal.getCurrentSlide(), 1) || Reveal.next();
const back = () => lectureFigures.takesKey(Reveal.getCurrentSlide(), -1) || Reveal.prev();
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
    keyboard: { 39: forth, 32: forth, 34: forth, 37: back, 33: back },
    // Every slide has a time of its own; without this one the speaker sees none of them.
    defaultTiming: 60,
    plugins: [RevealNotes],
  });
  window.deckIsReady = true;
});
