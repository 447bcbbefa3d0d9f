import type { arithmeticOps } from "@unfoldjs/tensor-core";
import { elementwise, type RowsOf, saving, savingNothing } from "./rule.ts";

export const arithmeticRules: RowsOf<typeof arithmeticOps> = {
  add: elementwise({ a: savingNothing((dy) => dy), b: savingNothing((dy) => dy) }),
  sub: elementwise({ a: savingNothing((dy) => dy), b: savingNothing((dy) => dy.neg()) }),
  mul: elementwise({ a: saving("b", (dy, { b }) => dy.mul(b)), b: saving("a", (dy, { a }) => dy.mul(a)) }),
  // d(a/b)/db = -a/b² = -y/b
  div: elementwise({ a: saving("b", (dy, { b }) => dy.div(b)), b: saving(["b", "y"], (dy, { b, y }) => dy.mul(y).div(b).neg()) }),
};
