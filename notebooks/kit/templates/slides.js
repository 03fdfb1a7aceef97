// Equations first, while everything is laid out; then the slides. `window.deckIsReady` is what a test waits for.
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
    // Every slide has a time of its own; without this one the speaker sees none of them.
    defaultTiming: 60,
    plugins: [RevealNotes],
  });
  window.deckIsReady = true;
});
