import { assertList, assertNumber } from "@unfoldjs/tensor-core";

/** Ids of tokens, as a list. @throws ValueError unless they are numbers */
export function idsOf(op: string, ids: ArrayLike<number>): number[] {
  if (!ArrayBuffer.isView(ids) || ids instanceof BigInt64Array || ids instanceof BigUint64Array) {
    assertList(op, "ids", ids, "ids of tokens");
  }
  return Array.from(ids, (id, position) => {
    assertNumber(op, `ids[${position}]`, id);
    return id;
  });
}
