import { assertOneOf, type Check } from "@unfoldjs/tensor-core";

/** What is between pixels. */
export const interpolationCheck: Check = (op, name, value) => assertOneOf(op, name, value, ["nearest", "bilinear"]);
