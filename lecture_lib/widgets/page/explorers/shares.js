// Explorer of homework 4: drag the shares q, datum by datum, until the bound touches.

import { logLikelihood, lowerBound } from "../engine/one_mean.js";
import { clamp, replaced } from "../engine/numbers.js";
import { source } from "../engine/random.js";
import { axis, handle, line, number, panel } from "../painter/scene.js";
import { BOUND, boundPanel, gapInWords } from "./bound_panel.js";
import { indexIn } from "./means.js";

const TOUCH = 1e-3; // nats; a smaller gap is not seen: the bound touches

const begin = ({ x, theta, q = null }) => ({ x, theta, q: q ?? x.map(() => 0.5) });

function act(state, event) {
  if (event.name === "Random start") {
    const random = source(event.seed);
    return { ...state, q: state.q.map(() => random()) };
  }
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
    name: "Left the log-likelihood of one unknown mean theta and the lower bound under it; right the share of each datum that belongs to the component at theta, to be dragged up and down.",
    say: gapInWords(x, theta, q),
    notice: "",
    aspect: 0.48,
  };
}

export const shares = {
  kind: "Shares",
  timed: false,
  begin,
  act,
  scene,
  controls: () => [{ kind: "button", name: "Random start", tip: "Any share for each datum" }],
  pack: ({ x, theta, q }) => ({ x, theta, q }),
  python: ({ theta, q }, data) => `${data}, ${theta}, q=${JSON.stringify(q)}`,
  mirror: ({ x, theta, q }) => ({
    x,
    theta,
    q,
    bound: lowerBound(x, q, theta),
    likelihood: logLikelihood(x, theta),
  }),
};
