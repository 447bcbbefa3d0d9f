import type { Part } from "./part.ts";
import { planted } from "./planted.ts";
import { damage } from "./programs/damage.ts";
import { gradients } from "./programs/gradients.ts";
import { threads } from "./programs/threads.ts";
import { values } from "./programs/values.ts";
import { readers } from "./readers/readers.ts";

/** All that the fuzzer can try, in the order in which it does. */
export const parts: readonly Part[] = [values, gradients, threads, damage, ...readers] as readonly Part[];

/** @throws Error for a name that no part has */
export function partOf(name: string): Part {
  const found = [...parts, planted].find((part) => part.name === name);
  if (found === undefined) throw new Error(`no part is called ${name}: ${parts.map((part) => part.name).join(", ")}`);
  return found;
}
