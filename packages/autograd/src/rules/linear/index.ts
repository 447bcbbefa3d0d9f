import { linearRules } from "./linear.ts";
import { matmulRules } from "./matmul.ts";

export const linearFamily: typeof linearRules & typeof matmulRules = { ...linearRules, ...matmulRules };
