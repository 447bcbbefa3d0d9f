import { assertString } from "@unfoldjs/tensor-core";
import { rowFor } from "./index.ts";
import { type AnyRow, sharedOf } from "../row/row.ts";

/** What the table says of an op beside its gradients. */
export interface Claim {
  /** How the result depends on the inputs that have a gradient; see the table's rows. */
  readonly kind: AnyRow["kind"];
  /** Inputs that have a gradient; undefined for an op with any number of inputs, all of which have one. */
  readonly inputs: readonly string[] | undefined;
  /** Of a multilinear op, the inputs that are only added, such as a bias. */
  readonly additive: readonly string[];
}

/** What autograd's table claims of an op. @throws GradientError if it has no gradient */
export function claimOf(op: string): Claim {
  assertString("claimOf", "op", op);
  const row = rowFor(op);
  const { kind, gradients, additive = [] } = row;
  const byInput = sharedOf(row)?.saves ?? gradients;
  return { kind, inputs: typeof byInput === "function" ? undefined : Object.keys(byInput), additive };
}
