// When a run is over: the rules of lecture_lib.em, on the list of its objectives.

const NATS = 1e-6;
const DIGITS = 1e-12;
const FALL = 1e-10;

/** EM is at rest when Aitken's estimate of the gain still to come is below a millionth of a nat, and gains shrink. */
export function settled(objectives) {
  const n = objectives.length;
  if (n < 3) return false;
  const [before, gain] = [objectives[n - 2] - objectives[n - 3], objectives[n - 1] - objectives[n - 2]];
  if (gain >= before && gain > 0) return false;
  const rate = gain > 0 ? gain / before : 0;
  return (gain * rate) / (1 - rate) < Math.max(NATS, DIGITS * Math.abs(objectives[n - 1]));
}

/** Whether a step lowered the objective by more than rounding. */
export const fell = (before, after) => after < before - FALL * Math.abs(after);
