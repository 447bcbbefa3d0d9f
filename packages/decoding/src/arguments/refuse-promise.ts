import { isPromise } from "../errors/describe.ts";
import { ValueError } from "../errors/decoding-error.ts";

/** @throws ValueError if a function that nobody waits for gave a promise, whose failure would be nobody's either */
export function refusePromise(op: string, name: string, given: unknown): void {
  if (!isPromise(given)) return;
  given.then(undefined, () => {});
  throw new ValueError(
    op,
    { gave: "a promise" },
    `${name} must do its work before it returns`,
    "make it a plain function",
  );
}
