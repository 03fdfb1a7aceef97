// A scene on its way to the next one: whatever has the same name in both moves evenly; the rest is there at once.

const mixed = (a, b, t) => (typeof b === "number" ? a + (b - a) * t : b.map((value, i) => mixed(a[i], value, t)));
const alike = (a, b) =>
  Array.isArray(a)
    ? Array.isArray(b) && a.length === b.length && (!a.length || alike(a[0], b[0]))
    : typeof a === typeof b;
const MOVING = ["xy", "rgb", "at", "start", "end"];

function between(old, layer, t) {
  const moved = { ...layer };
  for (const field of MOVING) {
    const [a, b] = [old[field], layer[field]];
    if (a && b && a !== b && alike(a, b)) moved[field] = mixed(a, b, t);
  }
  return moved;
}

/** The scene at the share t of the way from one to the next. */
export function tween(from, to, t) {
  return {
    ...to,
    panels: to.panels.map((panel, p) => {
      const known = new Map((from.panels[p]?.layers ?? []).map((layer) => [`${layer.kind} ${layer.name}`, layer]));
      const layers = panel.layers.map((layer) => {
        const old = layer.name && known.get(`${layer.kind} ${layer.name}`);
        return old ? between(old, layer, t) : layer;
      });
      return { ...panel, layers };
    }),
  };
}
