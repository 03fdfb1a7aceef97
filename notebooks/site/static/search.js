// Formulas in what a search finds are typeset, as on the pages; one that the excerpt cuts off is left out.
const results = document.getElementById("search-results");
let waiting;
const typeset = () => {
  for (const excerpt of results.querySelectorAll("p.context")) {
    const [first, last] = [excerpt.firstChild, excerpt.lastChild];
    if (first?.nodeType === Node.TEXT_NODE) first.data = first.data.replace(/^(?:(?!\\[([]).)*\\[)\]]/s, "…");
    if (last?.nodeType === Node.TEXT_NODE) last.data = last.data.replace(/\\[([](?:(?!\\[)\]]).)*$/s, "…");
  }
  MathJax.typesetPromise([results]);
};
// The results may be there before MathJax is.
const soon = () => {
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    const loaded = window.MathJax?.startup?.promise;
    loaded ? loaded.then(typeset) : soon();
  }, 200);
};
new MutationObserver(soon).observe(results, { childList: true, subtree: true });
