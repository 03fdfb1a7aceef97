// What a page of the site, a deck of slides, or a notebook that is reopened loads: all of its figures come alive.

import { mountAll } from "./mount.js";

if (document.readyState === "loading") addEventListener("DOMContentLoaded", mountAll);
else mountAll();
