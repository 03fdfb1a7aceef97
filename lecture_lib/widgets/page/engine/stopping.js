// When a run is over: the rules of lecture_lib.em.stopping, for log-likelihoods in nats and for means.

const TOLERANCE = 1e-6; // nats that may be left to gain
const NAT_SHARE = 1e-6; // of the objective: beside a large one less than this is no nat
const [GAIN_SHARE_IN_NATS, GAIN_SHARE_IN_SIZES] = [1e-4, 1e-8]; // of the tolerance: how small the last gain must be
const MAX_FALL = 1e-10; // of the objective: a larger fall is no rounding

const sizeOf = (objective) => Math.max(Math.abs(objective), 1);

/** EM is at rest when Aitken's estimate of the gain to come is small, and the last gain a small part of that little. */
export function settled(objectives) {
  const [now, old, older] = objectives.slice(-3).reverse();
  const [gain, before, size] = [now - old, old - older, sizeOf(now)];
  if (gain <= 0) return true;
  const small = gain <= TOLERANCE * Math.max(GAIN_SHARE_IN_NATS, GAIN_SHARE_IN_SIZES * size);
  return small && gain < before && gain * gain <= (before - gain) * TOLERANCE * Math.max(1, NAT_SHARE * size);
}

/** Whether no number of some means moved by more than a tolerance. */
export const still = (before, after, tolerance = 0) =>
  after.every((m, j) => m.every((value, a) => Math.abs(value - before[j][a]) <= tolerance));

/** Whether a step lowered the objective by more than rounding. */
export const fell = (before, after) => before - after > MAX_FALL * sizeOf(after);
