import { assignOps } from "./assign.ts";
import { castOps } from "./cast.ts";
import { concatOps } from "./concat.ts";
import { copyOps } from "./copy.ts";

export const copyFamily: typeof assignOps & typeof castOps & typeof concatOps & typeof copyOps = {
  ...assignOps,
  ...castOps,
  ...concatOps,
  ...copyOps,
};
