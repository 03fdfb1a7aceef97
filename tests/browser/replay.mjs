// Replays events in the explorers, without a page: numbers that a test draws become events that a user could cause, and
// every half-step is returned under the names of `mirror`.

import { EXPLORERS, mirrored } from "/page/explorers/index.js";

const TIMES = ["Step", "Step", "Step", "Step", "Back", "To the start", "To the end"];
const MOST = 4000; // pieces of work after one event

const pick = (list, which) => list[Math.abs(which) % list.length];

function layersOf(scene, kind) {
  return scene.panels.flatMap((panel) =>
    panel.layers.filter((layer) => layer.kind === kind).map((layer) => ({ panel, layer })),
  );
}

function place(panel, across, up) {
  const at = (axis, share) => axis.low + share * (axis.high - axis.low);
  return [at(panel.x, across), at(panel.y, up)];
}

function control(explorer, state, { which, across, seed }) {
  const chosen = pick(explorer.controls(state), which);
  const { name, kind } = chosen;
  if (kind === "button") return { kind: "press", name, seed };
  if (kind === "check") return { kind: "set", name, value: across > 0.5, seed };
  if (kind === "choice")
    return { kind: "set", name, value: pick(Object.keys(chosen.options), Math.floor(97 * across)), seed };
  const steps = Math.round((chosen.high - chosen.low) / chosen.step);
  const value = chosen.low + chosen.step * Math.round(Math.min(Math.max(across, 0), 1) * steps);
  return { kind: "set", name, value: chosen.log ? 10 ** value : value, seed };
}

/** The event that some numbers stand for, in the state that is there. */
function eventOf(explorer, state, drawn) {
  const { kind, which, across, up, seed, X } = drawn;
  if (kind === "time" && explorer.timed)
    return which % 8 === 7 ? { kind: "seek", at: 9 * across } : { kind: "press", name: pick(TIMES, which), seed };
  if (kind === "seek") return { kind: "seek", at: 9 * across };
  const scene = explorer.scene(state);
  const clicks = scene.panels.find(({ click }) => click);
  if (kind === "click" && clicks) return { kind: clicks.click, at: place(clicks, across, up) };
  const dots = layersOf(scene, "points").find(({ layer }) => layer.drag);
  if (kind === "remove" && dots) return { kind: "remove", index: which % dots.layer.xy.length };
  if (kind === "datum" && dots) {
    const handle = `datum-${which % dots.layer.xy.length}`;
    return { kind: "move", handle, at: place(dots.panel, across, up), drag: seed % 3 ? "d" : "" };
  }
  if (kind === "data" && explorer.data && X) {
    const rows = X.map((row) => row.slice(0, explorer.data.columns));
    return explorer.data.refuses?.(rows) ? { kind: "none" } : { kind: "data", X: rows, seed };
  }
  const handles = layersOf(scene, "handle");
  if (kind === "handle" && handles.length) {
    const { panel, layer } = pick(handles, which);
    return { kind: "move", handle: layer.name, at: place(panel, across, up), drag: seed % 3 ? "a" : "" };
  }
  return control(explorer, state, drawn);
}

/** What holds for every scene; returns what does not. */
function faults(explorer, state) {
  const scene = explorer.scene(state);
  const text = JSON.stringify(scene, (_, value) =>
    typeof value === "number" && !Number.isFinite(value) ? "not finite" : value,
  );
  const words = [scene.name, scene.say, scene.notice, ...scene.panels.map(({ title }) => title)];
  const found = [];
  if (text.includes("not finite"))
    found.push(
      `a number that is not finite: ${text.slice(Math.max(0, text.indexOf("not finite") - 120)).slice(0, 160)}`,
    );
  if (words.some((said) => /undefined|NaN|null/.test(said))) found.push(words.join(" | "));
  if (!/[.?]$/.test(scene.say) || (scene.notice && !/\.$/.test(scene.notice)))
    found.push(`no sentence: ${scene.say} | ${scene.notice}`);
  const names = layersOf(scene, "handle").map(({ layer }) => layer.name);
  if (new Set(names).size < names.length) found.push("two handles of one name");
  for (const { x, y } of scene.panels)
    if (!(x.low < x.high && y.low < y.high)) found.push("an axis without length");
  for (const { layer } of layersOf(scene, "points")) {
    if (layer.rgb && (layer.rgb.length !== layer.xy.length || layer.shapes.length !== layer.xy.length))
      found.push("colours without data");
  }
  return found;
}

/** Every state that is new: each stop of a journey once. */
function* states(state, seen) {
  if (!state.way) yield state;
  for (const [at, stop] of (state.way?.stops ?? []).entries()) {
    if (seen.has(stop)) continue;
    seen.add(stop);
    yield { ...state, way: { ...state.way, at } };
  }
}

export function replay({ kind, options, drawn }) {
  const explorer = EXPLORERS[kind];
  let state = explorer.begin(options);
  const [seen, mirrors, events] = [new WeakSet(), [], []];
  for (const numbers of drawn) {
    const event = eventOf(explorer, state, numbers);
    events.push(JSON.stringify(event));
    state = explorer.act(state, event);
    for (let i = 0; i < MOST; i++) {
      const later = explorer.work?.(state);
      if (!later) break;
      state = later;
    }
    for (const each of states(state, seen)) mirrors.push(mirrored(explorer, each));
    const wrong = faults(explorer, state);
    if (wrong.length) return { faults: wrong, events, mirrors };
  }
  const again = explorer.begin({ ...options, ...JSON.parse(JSON.stringify(explorer.pack(state))) });
  return {
    faults: [],
    events,
    mirrors,
    last: mirrored(explorer, state),
    restored: mirrored(explorer, settled(explorer, again)),
  };
}

function settled(explorer, state) {
  for (let i = 0; i < MOST; i++) {
    const later = explorer.work?.(state);
    if (!later) return state;
    state = later;
  }
  return state;
}
