// What all operators that only move values share: any type, one scale, and the same code for every type.
import type { AnyOp, Each, Op, Operand, Outputs, Role } from "../ir/op.ts";
import { sameTypes } from "../ir/types.ts";

type Own<A extends object, I extends readonly Role[]> = Omit<
  Op<A, I>,
  "inferTypes" | "macs" | "outputQuantization" | "weightQuantization" | "bindFloat" | "bindInt8" | "bindInt32"
> & {
  readonly bind: (attrs: A, inputs: Each<I, Operand>, outputs: Outputs<Operand>) => () => void;
};

/** An operator that moves values without looking at them. */
export function moveOp<A extends object, I extends readonly Role[]>({ bind, ...own }: Own<A, I>): Op<A, I> {
  const erased = own as Pick<AnyOp, "inferShapes">;
  return {
    ...own,
    inferTypes(attrs, inputs) {
      const tensors = [...inputs];
      return sameTypes(tensors, erased.inferShapes(attrs, tensors).length);
    },
    macs: () => 0,
    outputQuantization: () => ({ kind: "sameAsInputs" }),
    weightQuantization: () => ({ kind: "perTensor" }),
    bindFloat: bind,
    bindInt8: bind,
    bindInt32: bind,
  };
}

/** Version 2 of these operators is the first that takes int8. */
export function int8Version([input]: readonly { readonly dtype: string }[]): number {
  return input!.dtype === "int8" ? 2 : 1;
}
