// What a page of the site, or a deck of slides, loads: all of its figures come alive.

import { mountAll, takesKey } from "./mount.js";

const start = () => mountAll(new Map());
if (document.readyState === "loading") addEventListener("DOMContentLoaded", start);
else start();
/** @type {any} */ (window).lectureFigures = { takesKey };
