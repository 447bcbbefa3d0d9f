import { describe, isPromise, isTensorCopy } from "../errors/describe.ts";
import { ValueError } from "../errors/index.ts";

/**
 * The error for an argument of another kind than a function takes, such as a promise for a tensor.
 * @param op the function that was called @param name the argument @param value what came
 * @param expected what it must be, as in "a whole number" @param fix what to do, where `value` does not say it itself
 */
export function wrongArgument(op: string, name: string, value: unknown, expected: string, fix?: string): ValueError {
  return new ValueError(op, { [name]: describe(value) }, `${name} must be ${expected}`, fixFor(value) ?? fix);
}

/** What to do about values that stand for something that was meant. */
function fixFor(value: unknown): string | undefined {
  if (isPromise(value)) return "await it before the call";
  if (Array.isArray(value) && value.some(isPromise))
    return "await what is in it before the call: await Promise.all(values)";
  if (isTensorCopy(value)) {
    return "tensors do not pass through structuredClone, postMessage or JSON: send data() and shape, and use fromArray(data, shape)";
  }
  return undefined;
}
