// Numbers that the kernel sends in binary form.

export const bytes = (view) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
export const floats = (view) => new Float32Array(aligned(view));

// The places of a line or of marks, as pairs of numbers.
export const places = (view) => {
  const xy = new Float64Array(aligned(view));
  return Array.from({ length: xy.length / 2 }, (_, i) => [xy[2 * i], xy[2 * i + 1]]);
};

const aligned = (view) => view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength);
