import { type Check, wrongArgument } from "@unfoldjs/tensor-core";

/** Of any realm: a page's and a worker's are of two classes. @throws ValueError unless it is an AbortSignal */
export const aSignal: Check = (op, name, value) => {
  if (typeof value !== "object" || value === null || !("throwIfAborted" in value))
    throw wrongArgument(op, name, value, "an AbortSignal");
};
