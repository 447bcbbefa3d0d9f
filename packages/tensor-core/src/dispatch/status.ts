import { ValueError } from "../errors/index.ts";
import { outOfMemory } from "../storage/storage.ts";

// What the crate's bindings answer (`bindings/mod.rs`).
const OUT_OF_MEMORY = 1;
const OVERFLOW = 2;

/** Turns the answer of a kernel that can fail into an error, if it did. @throws OutOfMemoryError, ValueError */
export function check(op: string, status: number): void {
  if (status === OUT_OF_MEMORY) throw outOfMemory(op);
  if (status === OVERFLOW) {
    throw new ValueError(
      op,
      { "i32 holds": "-2147483648…2147483647" },
      "a result does not fit into i32",
      `x.to("f32") before ${op}, which then rounds to 24 bits`,
    );
  }
}
