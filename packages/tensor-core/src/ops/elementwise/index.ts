import { activationOps } from "./activation.ts";
import { arithmeticOps } from "./arithmetic.ts";
import { comparisonOps } from "./comparison.ts";
import { mathsOps } from "./maths.ts";
import { roundingOps } from "./rounding.ts";
import { selectOps } from "./select.ts";

export const elementwiseFamily: typeof activationOps &
  typeof arithmeticOps &
  typeof comparisonOps &
  typeof mathsOps &
  typeof roundingOps &
  typeof selectOps = {
  ...activationOps,
  ...arithmeticOps,
  ...comparisonOps,
  ...mathsOps,
  ...roundingOps,
  ...selectOps,
};
