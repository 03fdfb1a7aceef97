// Colours: those of the theme around us, and those of the clusters, lifted on a dark ground.

/** Okabe and Ito, as lecture_lib.figures has them: for at most six clusters. */
export const COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"];

const THEMES = {
  light: { name: "light", ink: "#333333", quiet: "#8a8a8a", ground: "#ffffff", low: "#777777", high: "#ffffff" },
  dark: { name: "dark", ink: "#e4e4e4", quiet: "#8f8f8f", ground: "#111111", low: "#000000", high: "#5e5e5e" },
};
const LIFT = 0.22; // towards white, so that the colours keep their contrast on a dark ground
const WHITE = [255, 255, 255];

export const colour = (j) => COLOURS[j];
export const mix = (a, b, t) => a.map((c, i) => Math.round(c + (b[i] - c) * t));
export const rgb = (hex) => [1, 3, 5].map((i) => Number.parseInt(hex.slice(i, i + 2), 16));
export const css = (triple) => `rgb(${triple.join()})`;

/** Where the text around us is light, the page is dark: JupyterLab, the site, VS Code, and whatever comes. */
export function themeAround(element) {
  const [red, green, blue] = getComputedStyle(element.parentElement)
    .color.match(/[\d.]+/g)
    .map(Number);
  return THEMES[red + green + blue > 382 ? "dark" : "light"];
}

/** How a painter asks for a colour or a font: by the name or the number that the scene gives. */
export function lookOf(theme, ratio, family) {
  const lift = (triple) => (theme === THEMES.dark ? mix(triple, WHITE, LIFT) : triple);
  const tint = (name) => theme[name] ?? css(lift(rgb(name)));
  return { theme, ratio, lift, tint, font: (px, weight = "") => `${weight} ${px}px ${family}` };
}
