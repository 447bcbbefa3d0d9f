import type { Module } from "@unfoldjs/nn";
import { inCall } from "@unfoldjs/tensor-core";

/** Runs `f`, which teaches a model, if there is one. Where it fails, parameters that are not frozen are given back as they were; their gradients go in any case. */
export async function allOrNothing<R>(op: string, model: Module | undefined, f: () => Promise<R>): Promise<R> {
  const learning = (model?.parameters() ?? []).filter(({ frozen }) => !frozen);
  const kept = inCall(op, () => learning.map((parameter) => ({ parameter, before: parameter.clone().keep() })));
  try {
    return await f();
  } catch (error) {
    for (const { parameter, before } of kept) parameter.assign(before);
    return inCall(op, () => {
      throw error;
    });
  } finally {
    for (const { parameter, before } of kept) {
      before.dispose();
      parameter.dropGrad();
    }
  }
}
