import type { Field } from "../../frame/address.ts";
import { edgeKernels, type KernelRows } from "@unfoldjs/vision-layers";

/** Rows and columns of every kernel of this lab. */
export const SIDE = 3;

/** The nine numbers of a kernel, row by row. */
export type Kernel = readonly number[];

export type Family = keyof typeof edgeKernels;
export type Form = { [Name in Family]: keyof (typeof edgeKernels)[Name] }[Family];

/** A kernel of the library. */
export interface NamedKernel {
  /** As the library and the address have it: "sobel.vertical". */
  readonly name: string;
  readonly family: Family;
  readonly form: Form;
  readonly kernel: Kernel;
  /** Roberts' are 2 × 2: here they stand in the lower right corner of zeros, so that they begin at the window's middle. */
  readonly isEnlarged: boolean;
}

export const namedKernels: readonly NamedKernel[] = (Object.keys(edgeKernels) as Family[]).flatMap((family) =>
  Object.entries(edgeKernels[family]).map(([form, rows]) => ({
    name: `${family}.${form}`,
    family,
    form: form as Form,
    kernel: nineOf(rows as KernelRows),
    isEnlarged: (rows as KernelRows).length < SIDE,
  })),
);

function nineOf(rows: KernelRows): number[] {
  const missing = SIDE - rows.length;
  const places = Array.from({ length: SIDE * SIDE }, (_, i) => [Math.floor(i / SIDE), i % SIDE] as const);
  return places.map(([row, column]) => rows[row - missing]?.[column - missing] ?? 0);
}

/** The named kernel that has these nine numbers, if there is one. */
export function namedLike(kernel: Kernel): NamedKernel | undefined {
  return namedKernels.find((named) => named.kernel.every((weight, i) => weight === kernel[i]));
}

/** The kernel of that name. @throws Error if the library has none */
export function kernelNamed(name: string): Kernel {
  const named = namedKernels.find((candidate) => candidate.name === name);
  if (named === undefined) throw new Error(`edgeKernels has no ${name}`);
  return named.kernel;
}

/** How large a weight may be that people write. */
const LARGEST_WEIGHT = 99;

/** A weight as the lab takes it: within bounds, with two digits after the point. Undefined for what is no number. */
export function weightOf(text: string): number | undefined {
  const number = Number(text.trim().replace("−", "-").replace(",", "."));
  if (text.trim() === "" || !Number.isFinite(number)) return undefined;
  return Math.round(100 * Math.min(LARGEST_WEIGHT, Math.max(-LARGEST_WEIGHT, number))) / 100 || 0; // no −0
}

/** In an address: a name, or nine numbers with commas between. */
export const kernelField: Field<Kernel> = {
  fallback: kernelNamed("sobel.vertical"),
  read(text) {
    const named = namedKernels.find(({ name }) => name === text);
    if (named !== undefined) return named.kernel;
    const weights = text.split(",").map(weightOf);
    const isWhole = weights.length === SIDE * SIDE && weights.every((weight) => weight !== undefined);
    return isWhole ? weights : undefined;
  },
  write: (kernel) => namedLike(kernel)?.name ?? kernel.join(","),
};
