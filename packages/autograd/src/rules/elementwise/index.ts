import { activationRules } from "./activation.ts";
import { arithmeticRules } from "./arithmetic.ts";
import { mathsRules } from "./maths.ts";
import { roundingRules } from "./rounding.ts";
import { selectRules } from "./select.ts";

export const elementwiseFamily: typeof activationRules &
  typeof arithmeticRules &
  typeof mathsRules &
  typeof roundingRules &
  typeof selectRules = { ...activationRules, ...arithmeticRules, ...mathsRules, ...roundingRules, ...selectRules };
