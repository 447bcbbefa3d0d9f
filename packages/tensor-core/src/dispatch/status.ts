import { outOfMemory } from "../storage/storage.ts";

const OUT_OF_MEMORY = 1;

/** Turns the answer of a kernel that needs scratch memory into an error when there was none. */
export function check(op: string, status: number): void {
  if (status === OUT_OF_MEMORY) throw outOfMemory(op);
}
