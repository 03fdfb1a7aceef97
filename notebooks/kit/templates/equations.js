// MathJax as JupyterLab sets it up; loaded before it. Equations carry their own \tag.
window.MathJax = {
  tex: {
    inlineMath: [["$", "$"], ["\\(", "\\)"]],
    displayMath: [["$$", "$$"], ["\\[", "\\]"]],
    processEscapes: true,
    processEnvironments: true,
  },
  // Pages that are not seen yet have no font to match.
  chtml: { matchFontHeight: false },
  options: { enableMenu: false, ignoreHtmlClass: "jp-RenderedText", processHtmlClass: "jp-RenderedLatex" },
};
