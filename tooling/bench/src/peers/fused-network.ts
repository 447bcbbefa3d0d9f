import type { NetworkOperation } from "../network-problems.ts";

/** What a layer does to its result on its way out. */
export type Fused = "none" | "relu" | "relu6";

type Absorbing = Extract<NetworkOperation, { readonly kind: "convolution" | "add" }>;

/** Operations, of which convolutions and sums have the rectifier that alone takes their result. */
export type FusedOperation = Exclude<NetworkOperation, Absorbing> | (Absorbing & { readonly activation: Fused });

/** As converters write networks: rectifiers in what stands before them. */
export function fused(operations: readonly NetworkOperation[]): FusedOperation[] {
  const uses = new Map<string, number>();
  for (const operation of operations) {
    for (const name of "inputs" in operation ? operation.inputs : [operation.input])
      uses.set(name, (uses.get(name) ?? 0) + 1);
  }
  const byInput = new Map(
    operations.flatMap((operation) => (operation.kind === "rectifier" ? [[operation.input, operation] as const] : [])),
  );
  const taken = new Set<NetworkOperation>();
  return operations.flatMap((operation): FusedOperation[] => {
    if (taken.has(operation)) return [];
    if (operation.kind !== "convolution" && operation.kind !== "add") return [operation];
    const rectifier = uses.get(operation.output) === 1 ? byInput.get(operation.output) : undefined;
    if (rectifier === undefined) return [{ ...operation, activation: "none" }];
    taken.add(rectifier);
    const activation = rectifier.most === undefined ? "relu" : "relu6";
    return [{ ...operation, output: rectifier.output, activation }];
  });
}

/** As they are, one by one. */
export function unfused(operations: readonly NetworkOperation[]): FusedOperation[] {
  return operations.map((operation): FusedOperation =>
    operation.kind === "convolution" || operation.kind === "add" ? { ...operation, activation: "none" } : operation,
  );
}
