// What a page of the site, or a deck of slides, loads: all of its figures come alive.

import { mountAll, takesKey } from "./page.js";

const start = () => mountAll(new Map());
if (document.readyState === "loading") addEventListener("DOMContentLoaded", start);
else start();
window.lectureFigures = { takesKey };
