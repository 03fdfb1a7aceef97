// Colours: those of the theme around us, and those of the clusters, lifted on a dark ground.

/** Okabe and Ito, as lecture_lib.figures has them; the seventh cluster begins anew, with another marker. */
export const COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"];
export const MARKERS = 7;

const THEMES = {
  light: { ink: "#333333", quiet: "#8a8a8a", ground: "#ffffff", low: "#777777", high: "#ffffff", focus: "#333333" },
  dark: { ink: "#e4e4e4", quiet: "#8f8f8f", ground: "#111111", low: "#000000", high: "#5e5e5e", focus: "#ffffff" },
};
const LIFT = 0.22; // towards white, so that the colours keep their contrast on a dark ground
const WHITE = [255, 255, 255];

export const colour = (j) => COLOURS[j % COLOURS.length];
export const mix = (a, b, t) => a.map((c, i) => Math.round(c + (b[i] - c) * t));
export const rgb = (hex) => [1, 3, 5].map((i) => Number.parseInt(hex.slice(i, i + 2), 16));
export const css = (triple) => `rgb(${triple.join()})`;

/** Whether the page around an element is dark: JupyterLab, the site, VS Code, or the system say so. */
function isDark(el) {
  const lab = el.closest("[data-jp-theme-light]") ?? document.querySelector("body[data-jp-theme-light]");
  if (lab) return lab.dataset.jpThemeLight === "false";
  if (el.closest(".reveal")) return false;
  const site = document.documentElement.dataset.theme;
  if (site === "dark" || site === "light") return site === "dark";
  if (document.body.classList.contains("vscode-dark")) return true;
  if (document.body.classList.contains("vscode-light")) return false;
  return matchMedia("(prefers-color-scheme: dark)").matches;
}

export function themeAround(el) {
  const dark = isDark(el);
  const theme = { dark, ...THEMES[dark ? "dark" : "light"] };
  const around = getComputedStyle(el).getPropertyValue("--jp-layout-color0").trim();
  if (/^#[0-9a-f]{6}$/i.test(around)) theme.ground = around;
  return theme;
}

/** How a painter asks for a colour or a font: by the name or the number that the scene gives. */
export function lookOf(theme, ratio, family) {
  const lift = (triple) => (theme.dark ? mix(triple, WHITE, LIFT) : triple);
  const tint = (name) => theme[name] ?? css(lift(rgb(name)));
  return { theme, ratio, lift, tint, font: (px, weight = "") => `${weight} ${px}px ${family}` };
}
