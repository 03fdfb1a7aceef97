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
  // The speaker's view has no style for set equations, so notes keep theirs as they are written.
  options: { enableMenu: false, ignoreHtmlClass: "jp-RenderedText|notes", processHtmlClass: "jp-RenderedLatex" },
};
