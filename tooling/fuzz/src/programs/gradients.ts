import { grad, hvp, jvp } from "@unfoldjs/autograd";
import { type Exact, type Random, randomFrom, table } from "@unfoldjs/op-cases";
import { data, fromArray, memory, scope, type Shape, type Tensor, UnfoldError } from "@unfoldjs/tensor-core";
import type { Exploration, Part } from "../part.ts";
import { between } from "../random.ts";
import { callText, drawCall, type Taste } from "./draw.ts";
import type { Call, Program } from "./program.ts";
import { Run, wrongWithError } from "./run.ts";
import { simpler } from "./simpler.ts";
import { isSmooth, SmoothFunction } from "./smooth.ts";
import { isNamed, tasteOf } from "./values.ts";

const LONGEST = 4;
/** Elements of an input. */
const CAP = 60;
/** Elements of an input that was made for its case. */
const MOST = 200;
/** Directions that a derivative is tried along, beside those of single elements. */
const DIRECTIONS = 2;
const SINGLE = 2;
/** Steps of differences, which are taken in f64. */
const STEP = 1e-4;
const SECOND_STEP = 2e-3;
/** Largest error, as a share of the sum of the derivative's parts. */
const SHARE = 5e-4;
const SECOND_SHARE = 5e-3;
/** Numbers beyond this, or derivatives, leave nothing of f32's digits. */
const LARGEST = 1e5;

/** Its gradient is that of no rounding, by agreement. */
const ROUNDING = "cast there and back";

const smooth: Taste = {
  entries: table.filter((entry) => isSmooth(entry) && entry.name !== ROUNDING),
  chained: 0.8,
  special: 0,
  rows: ({ opCase }) => {
    const rows = opCase.rows.filter((row) => row.smooth !== false);
    return rows.length > 0 ? rows : opCase.rows;
  },
};

/** Derivatives of programs against differences of the references: back, forward, and twice. */
export const gradients: Part<Program> = {
  name: "gradients",
  accepts: (only) => only === "gradients" || smooth.entries.some((entry) => isNamed(entry, [only])),

  async explore({ seed, until, only, trying, tried, count }: Exploration<Program>) {
    const taste = tasteOf(smooth, only);
    for (let round = 0; Date.now() < until; round++) {
      const program = drawn(randomFrom(`${seed}/gradients/${round}`), taste, trying);
      if (program.length === 0) continue;
      trying(program);
      const { problems, compared } = wrongWith(program);
      count("programs");
      count("derivatives", compared);
      await tried(program, problems);
    }
  },

  check: (program) => Promise.resolve(wrongWith(program).problems),
  simpler,
  describe: (program) => program.map(callText).join("\n  "),
};

/** Calls that go through, with attributes that references know. */
function drawn(random: Random, taste: Taste, trying: (program: Program) => void): Program {
  const run = new Run();
  const program: Call[] = [];
  const length = between(random, 1, LONGEST);
  for (let draws = 0; draws < 2 * length && program.length < length; draws++) {
    const call = drawCall(random, taste, run.available.map(onlyFloats), CAP);
    if (call.inputs.some(({ shape }) => shape.reduce((product, size) => product * size, 1) > MOST)) continue;
    trying([...program, call]);
    const before = run.available.length;
    const problems = run.call(call);
    // What is wrong with values is for another part, and what was refused has no derivative.
    if (problems.length > 0) break;
    if (run.available.length > before) program.push(call);
  }
  run.end(true);
  return program;
}

function wrongWith(program: Program): { problems: string[]; compared: number } {
  const before = memory();
  const about = program.map(({ op }) => op).join(" ");
  let compared = 0;
  const problems: string[] = [];
  try {
    const f = new SmoothFunction(program);
    try {
      if (f.leaves.length > 0) compared = compare(f, problems);
    } finally {
      f.dispose();
    }
  } catch (error) {
    // The call went through: so must its derivatives.
    problems.push(...(error instanceof UnfoldError ? [error.message] : wrongWithError(error)));
  }
  const after = memory();
  const left = (["tensors", "storages", "bytes"] as const).filter((name) => after[name] !== before[name]);
  problems.push(...left.map((name) => `${name}: ${before[name]} before, ${after[name]} after`));
  return { problems: problems.map((problem) => `${about}: ${problem}`), compared };
}

/** Adds what is wrong with a function's derivatives. @returns how many were compared */
function compare(f: SmoothFunction, problems: string[]): number {
  const random = randomFrom("directions");
  const scalar = (leaves: readonly Tensor[]): Tensor => f.call(leaves);
  const value = f.value(f.exact);
  if (!(Math.abs(value) < LARGEST)) return 0;
  return scope(() => {
    const slopes = grad(scalar)(f.leaves).map((gradient) => data(gradient));
    let compared = 0;
    for (const direction of directionsOf(f, random)) {
      const along = differences(f, direction);
      const parts = slopes.flatMap((gradient, leaf) =>
        Array.from(gradient, (slope, at) => slope * (direction[leaf]?.values[at] ?? 0)),
      );
      const size = parts.reduce((sum, part) => sum + Math.abs(part), 0) + Math.abs(value);
      if (along === undefined || !(size < LARGEST)) continue;
      compared++;
      const back = parts.reduce((sum, part) => sum + part, 0);
      const tensors = direction.map(({ shape, values }) => fromArray<Shape>(Float32Array.from(values), shape));
      const forward = jvp(scalar, f.leaves, tensors).tangent.item();
      const allowed = SHARE * (1 + size) + 20 * along.error;
      if (!(Math.abs(back - along.slope) <= allowed))
        problems.push(`the gradient is ${back} along a direction, differences ${along.slope}`);
      if (!(Math.abs(forward - along.slope) <= allowed))
        problems.push(`jvp is ${forward} along a direction, differences ${along.slope}`);
      if (f.isSecond) problems.push(...curvature(f, direction, tensors));
    }
    return compared;
  });
}

/** The second derivative along a direction, by hvp, by the gradient of a gradient, and by differences. */
function curvature(f: SmoothFunction, direction: readonly Exact[], tensors: readonly Tensor[]): string[] {
  const scalar = (leaves: readonly Tensor[]): Tensor => f.call(leaves);
  const wanted = secondDifferences(f, direction);
  if (wanted === undefined) return [];
  const inner = (products: readonly Tensor[]): { sum: number; size: number } => {
    const parts = products.flatMap((product, leaf) =>
      Array.from(data(product), (one, at) => one * (direction[leaf]?.values[at] ?? 0)),
    );
    return { sum: parts.reduce((a, b) => a + b, 0), size: parts.reduce((a, b) => a + Math.abs(b), 0) };
  };
  const along = (leaves: readonly Tensor[]): Tensor =>
    grad(scalar)(leaves)
      .map((gradient, leaf) => gradient.mul(tensors[leaf] as Tensor).sum())
      .reduce((sum, one) => sum.add(one));
  const ways = {
    hvp: inner(hvp(scalar, f.leaves, tensors)),
    "the gradient of the gradient": inner(grad(along)(f.leaves)),
  };
  return Object.entries(ways).flatMap(([way, { sum, size }]) =>
    size < LARGEST && !(Math.abs(sum - wanted.slope) <= SECOND_SHARE * (1 + size) + 20 * wanted.error)
      ? [`${way} is ${sum} along a direction twice, differences ${wanted.slope}`]
      : [],
  );
}

/** Some over all elements, some along one. */
function directionsOf({ exact }: SmoothFunction, random: Random): Exact[][] {
  const sizes = exact.map(({ values }) => values.length);
  const whole = Array.from({ length: DIRECTIONS }, () =>
    exact.map(({ shape, values }) => ({ shape, values: values.map(() => Math.fround(2 * random() - 1)) })),
  );
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const single = Array.from({ length: total === 0 ? 0 : SINGLE }, () => {
    let at = Math.floor(random() * total);
    return exact.map(({ shape, values }) => {
      const one = { shape, values: values.map((_, i) => Number(i === at)) };
      at -= values.length;
      return one;
    });
  });
  return [...whole, ...single];
}

function moved(exact: readonly Exact[], direction: readonly Exact[], by: number): Exact[] {
  return exact.map(({ shape, values }, leaf) => ({
    shape,
    values: values.map((value, at) => value + by * (direction[leaf]?.values[at] ?? 0)),
  }));
}

interface Slope {
  readonly slope: number;
  /** How far two step sizes are apart. */
  readonly error: number;
}

/** The slope by two step sizes; none where they do not agree: at a kink, or a jump. */
function differences(f: SmoothFunction, direction: readonly Exact[]): Slope | undefined {
  const middle = f.value(f.exact);
  const at = (by: number): number => f.value(moved(f.exact, direction, by));
  const near = jittered(f);
  const beside = (step: number): number =>
    (f.value(moved(near, direction, step)) - f.value(moved(near, direction, -step))) / (2 * step);
  const found = agreeing((step) => (at(step) - at(-step)) / (2 * step), beside, STEP);
  // Before a kink and behind it slopes differ.
  const turn = Math.abs(at(STEP) - 2 * middle + at(-STEP)) / STEP;
  return found !== undefined && turn <= 0.02 * (1 + Math.abs(found.slope)) ? found : undefined;
}

function secondDifferences(f: SmoothFunction, direction: readonly Exact[]): Slope | undefined {
  const middle = f.value(f.exact);
  const at = (by: number): number => f.value(moved(f.exact, direction, by));
  const near = jittered(f);
  const nearAt = (by: number): number => f.value(moved(near, direction, by));
  return agreeing(
    (step) => (at(step) - 2 * middle + at(-step)) / step ** 2,
    (step) => (nearAt(step) - 2 * f.value(near) + nearAt(-step)) / step ** 2,
    SECOND_STEP,
  );
}

/** The inputs with another last place: what changes much with it, an f32 cannot tell. */
function jittered({ exact }: SmoothFunction): Exact[] {
  const random = randomFrom("last places");
  return exact.map(({ shape, values }) => ({
    shape,
    values: values.map((value) => value * (1 + 2 ** -24 * (random() < 0.5 ? -1 : 1))),
  }));
}

function agreeing(
  slopeBy: (step: number) => number,
  slopeBeside: (step: number) => number,
  step: number,
): Slope | undefined {
  const [wide, narrow] = [slopeBy(step), slopeBy(step / 3)];
  const slope = narrow + (narrow - wide) / 8;
  const error = Math.abs(narrow - wide) + Math.abs(slopeBeside(step / 3) - narrow);
  return error <= 1e-3 * (1 + Math.abs(slope)) ? { slope, error } : undefined;
}

/** Integers and truth values are not handed on: where they come from has no slope. */
function onlyFloats(one: Run["available"][number]): Run["available"][number] {
  return one.dtype === "f32" ? one : { ...one, shape: [-1] };
}
