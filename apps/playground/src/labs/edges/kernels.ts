import type { Field } from "../../frame/address.ts";
import { edgeKernels, type KernelRows } from "@unfoldjs/vision-layers";
import { weightOf, weightText } from "./weights.ts";

/** Rows and columns of a kernel with a name. */
export const SIDE = 3;

/** Rows and columns that a kernel may have: a filter learned in the lab of the digits has up to seven. */
const SIDES: ReadonlySet<number> = new Set([3, 5, 7]);
export const LARGEST_SIDE = 7;

/** The numbers of a square kernel, row by row. */
export type Kernel = readonly number[];

/** Kernels that find no edges. Divided by what they add up to, they leave a picture as bright as it was. */
const pictureKernels = {
  plain: {
    identity: [
      [0, 0, 0],
      [0, 1, 0],
      [0, 0, 0],
    ],
    /** The picture, and what it has more than its four neighbours. */
    sharpen: [
      [0, -1, 0],
      [-1, 5, -1],
      [0, -1, 0],
    ],
  },
  blur: {
    box: Array.from({ length: SIDE }, () => Array.from({ length: SIDE }, () => 1 / 9)),
    /** Binomial: (1 2 1) / 4 down and across, close to Gauss's bell of σ = 0.71. */
    gaussian: [1, 2, 1].map((down) => [1, 2, 1].map((across) => (down * across) / 16)),
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, KernelRows>>>>;

const kernels = { ...pictureKernels, ...edgeKernels };

export type Family = keyof typeof kernels;
export type Form = { [Name in Family]: keyof (typeof kernels)[Name] }[Family];

/** A kernel with a name. */
export interface NamedKernel {
  /** As the library and the address have it: "sobel.vertical". */
  readonly name: string;
  readonly family: Family;
  readonly form: Form;
  readonly kernel: Kernel;
  /** Whether the library has it, just so. Roberts' are 2 × 2: here they stand in the lower right corner of zeros. */
  readonly isOurs: boolean;
}

export const namedKernels: readonly NamedKernel[] = (Object.keys(kernels) as Family[]).flatMap((family) =>
  Object.entries(kernels[family]).map(([form, rows]) => ({
    name: `${family}.${form}`,
    family,
    form: form as Form,
    kernel: nineOf(rows as KernelRows),
    isOurs: family in edgeKernels && (rows as KernelRows).length === SIDE,
  })),
);

function nineOf(rows: KernelRows): number[] {
  const missing = SIDE - rows.length;
  const places = Array.from({ length: SIDE * SIDE }, (_, i) => [Math.floor(i / SIDE), i % SIDE] as const);
  return places.map(([row, column]) => rows[row - missing]?.[column - missing] ?? 0);
}

/** Rows and columns of a kernel. */
export function sideOf(kernel: Kernel): number {
  return Math.round(Math.sqrt(kernel.length));
}

/** Whether a kernel makes a picture as bright as the one that it is laid on: its weights are 1 together. */
export function keepsBrightness(kernel: Kernel): boolean {
  return Math.abs(kernel.reduce((sum, weight) => sum + weight, 0) - 1) < 1e-6;
}

/** The named kernel that has these numbers, if there is one. */
export function namedLike(kernel: Kernel): NamedKernel | undefined {
  const isLike = (named: NamedKernel): boolean => named.kernel.every((weight, i) => weight === kernel[i]);
  return kernel.length === SIDE * SIDE ? namedKernels.find(isLike) : undefined;
}

/** The kernel of that name. @throws Error if there is none */
export function kernelNamed(name: string): Kernel {
  const named = namedKernels.find((candidate) => candidate.name === name);
  if (named === undefined) throw new Error(`there is no kernel ${name}`);
  return named.kernel;
}

/** In an address: a name, or the numbers with commas between. */
export const kernelField: Field<Kernel> = {
  fallback: kernelNamed("sobel.vertical"),
  read(text) {
    const named = namedKernels.find(({ name }) => name === text);
    if (named !== undefined) return named.kernel;
    const weights = text.split(",").map(weightOf);
    const isSquare = SIDES.has(Math.sqrt(weights.length));
    return isSquare && weights.every((weight) => weight !== undefined) ? weights : undefined;
  },
  write: (kernel) => namedLike(kernel)?.name ?? kernel.map((weight) => weightText(weight).replace("−", "-")).join(","),
};
