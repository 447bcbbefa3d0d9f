import { ValueError } from "@unfoldjs/tensor-core";
import { shared } from "../shared/shared.ts";

/** What a training that is running changes. */
const { value: claimed } = shared("trainings", () => new WeakSet<object>());

/**
 * Notes that a training is running on these things.
 * @param things by what they are called; what is undefined is left out
 * @returns what ends that
 * @throws ValueError if one of them is in a training already: two would undo each other's steps
 */
export function claim(op: string, things: readonly (readonly [name: string, thing: object])[]): () => void {
  const own = new Set<object>();
  for (const [name, thing] of things) {
    if (claimed.has(thing) || own.has(thing)) {
      throw new ValueError(
        op,
        { [name]: thing.constructor.name },
        own.has(thing) ? `this ${name} is given twice` : `this ${name} is in a training that has not ended`,
        own.has(thing) ? "leave one out" : "await the other fit first, or train a copy",
      );
    }
    own.add(thing);
  }
  for (const thing of own) claimed.add(thing);
  return () => own.forEach((thing) => claimed.delete(thing));
}
