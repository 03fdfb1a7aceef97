// Explorer of homework 4: drag the shares q, datum by datum, until the bound touches.

import { logLikelihood, lowerBound } from "../engine/one_mean.js";
import { clamp, replaced } from "../engine/numbers.js";
import { source } from "../engine/random.js";
import { axis, handle, line, number, panel } from "../painter/scene.js";
import { BOUND, boundPanel, gapInWords } from "./bound_panel.js";
import { RANDOM_START } from "./data.js";
import { indexIn } from "./means.js";

const TOUCH = 1e-3; // nats; a smaller gap is not seen: the bound touches

const begin = ({ x, theta, q }) => ({ x, theta, q });

function act(state, event) {
  if (event.name === "Random start") return { ...state, q: state.q.map(source(event.seed)) };
  if (event.kind !== "move") return state;
  return { ...state, q: replaced(state.q, indexIn(event.handle), clamp(event.at[1], 0, 1)) };
}

function sharesPanel({ x, q }) {
  const stems = q.map((share, i) =>
    line(
      `stem ${i}`,
      [
        [i, 0],
        [i, share],
      ],
      BOUND,
      { width: 4 },
    ),
  );
  const grips = q.map((share, i) =>
    handle(`share-${i}`, [i, share], {
      label: `share of the datum ${number(x[i])}`,
      value: number(share),
      colour: BOUND,
      along: "y",
    }),
  );
  const below = x.map((at, i) => [i, number(at)]);
  const title = "the shares q: drag them up and down";
  return panel(axis(-0.6, x.length - 0.4, "datum", below), axis(-0.06, 1.06, "q"), [...stems, ...grips], { title });
}

function scene(state) {
  const { x, theta, q } = state;
  const touches = logLikelihood(x, theta) - lowerBound(x, q, theta) < TOUCH;
  return {
    panels: [boundPanel(x, theta, q, touches ? theta : null, []), sharesPanel(state)],
    name: "The log-likelihood of one mean theta, and the bound under it; beside them the share of each datum.",
    say: gapInWords(x, theta, q),
    notice: "",
  };
}

export const shares = {
  kind: "Shares",
  begin,
  act,
  scene,
  controls: () => [RANDOM_START],
  pack: ({ x, theta, q }) => ({ x, theta, q }),
  mirror: ({ x, theta, q }) => ({ bound: lowerBound(x, q, theta), likelihood: logLikelihood(x, theta) }),
};
