// Vectors of a flatbuffer, each distinct one written once: the zero points of per-channel tensors alone are eight
// bytes a channel, twice, and nearly all the same.
import type { Builder } from "flatbuffers";

export interface VectorPool {
  int32(values: readonly number[]): number;
  int64(values: readonly number[]): number;
  float32(values: readonly number[]): number;
}

interface Element {
  readonly size: number;
  readonly add: (builder: Builder, value: number) => void;
}

const ELEMENTS: Readonly<Record<keyof VectorPool, Element>> = {
  int32: {
    size: 4,
    add: (builder, value) => {
      builder.addInt32(value);
    },
  },
  int64: {
    size: 8,
    add: (builder, value) => {
      builder.addInt64(BigInt(value));
    },
  },
  float32: {
    size: 4,
    add: (builder, value) => {
      builder.addFloat32(value);
    },
  },
};

/** Offsets returned are valid anywhere in the same buffer; readers follow them without knowing that they are shared. */
export function createVectorPool(builder: Builder): VectorPool {
  const offsets = new Map<string, number>();
  const pooled = (kind: keyof VectorPool) => (values: readonly number[]) => {
    const key = `${kind}:${values.join()}`;
    const known = offsets.get(key);
    if (known !== undefined) return known;
    const { size, add } = ELEMENTS[kind];
    builder.startVector(size, values.length, size);
    for (const value of values.toReversed()) add(builder, value);
    const offset = builder.endVector();
    offsets.set(key, offset);
    return offset;
  };
  return { int32: pooled("int32"), int64: pooled("int64"), float32: pooled("float32") };
}
