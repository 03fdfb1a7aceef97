// All explorers, by their kind.

import { beta } from "./beta.js";
import { bound } from "./bound.js";
import { climbing } from "./climbing.js";
import { failures } from "./failures.js";
import { kmeans } from "./kmeans.js";
import { landscape } from "./landscape.js";
import { mixture } from "./mixture.js";
import { sampling } from "./sampling.js";
import { shares } from "./shares.js";

const ALL = [kmeans, failures, landscape, sampling, climbing, mixture, beta, bound, shares];

/** What Python is told of a state: what restores it, and the numbers that are shown. */
export const mirrored = (explorer, state) => ({ ...explorer.pack(state), ...explorer.mirror(state) });

export const EXPLORERS = Object.fromEntries(ALL.map((explorer) => [explorer.kind, explorer]));
