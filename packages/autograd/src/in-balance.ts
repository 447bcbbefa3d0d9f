import { memory, scope } from "@unfoldjs/tensor-core";
import { expect } from "vitest";

/** A test's body that must leave nothing behind: what it makes goes with its scope, and memory is then as it was. */
export function inBalance(body: () => void): () => void {
  return () => {
    const { tensors, storages, bytes } = memory();
    scope(body);
    expect(memory()).toMatchObject({ tensors, storages, bytes });
  };
}
