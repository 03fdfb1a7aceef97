// Numbers that the kernel sends in binary form.

export const bytes = (view) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
export const floats = (view) => new Float32Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));
