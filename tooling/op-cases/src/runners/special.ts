import { grad, hvp, jvp } from "@unfoldjs/autograd";
import { data, fromArray, scope, type Shape, type Tensor } from "@unfoldjs/tensor-core";
import type { Elements, Exception, Found, SpecialPoints } from "../special/points.ts";

/** What PyTorch gives; numbers stand in one line, since JSON has no NaN. */
export interface TorchRow {
  readonly op: string;
  readonly torch: string;
  readonly value: TorchNumbers;
  readonly gradient: Readonly<Record<string, TorchNumbers>>;
  /** Null where PyTorch has none. */
  readonly second: Readonly<Record<string, TorchNumbers>> | null;
  readonly tangent: TorchNumbers | null;
}
export type TorchNumbers = string;

// As in scripts/special-points.py: what results, and inputs and their gradients, are projected on.
const BACK = [1, -2, 0.5, 3, -0.75];
const ALONG = [2, 0.25, -1.5, 1];

type Inputs = Readonly<Record<string, Tensor>>;

/**
 * Holds value, gradient, tangent and second order, the latter in three ways, of a function against PyTorch's, element by element: infinities and NaN
 * in the same places, and numbers to a few 10⁻⁶.
 * @returns what is wrong, in words
 */
export function checkSpecial({ inputs, call, exceptions = {} }: SpecialPoints, wanted: TorchRow): string[] {
  return scope(() => {
    const leaves = tensorsOf(inputs);
    const gradients = (at: Inputs): Inputs => grad((free: Inputs) => projected(call(free), BACK))(at);
    const compare = (what: Found, found: Tensor, torch: TorchNumbers, name: string = what): string[] =>
      differences(data(found), torch, exceptionFor(what)?.isRight).map((text) => `${name}, ${text}`);
    // The second order is one, whichever way: it has an exception of its own where a way has one.
    const exceptionFor = (what: Found): Exception | undefined =>
      exceptions[what] ?? (what.includes(" over ") ? exceptions.second : undefined);
    const compareEach = (what: Found, found: Inputs, torch: Readonly<Record<string, TorchNumbers>>): string[] =>
      Object.keys(torch).flatMap((name) =>
        compare(what, found[name] as Tensor, torch[name] ?? "", `${what} by ${name}`),
      );
    const along = Object.fromEntries(Object.entries(leaves).map(([name, { shape }]) => [name, pattern(shape, ALONG)]));
    const second = (at: Inputs): Inputs =>
      grad((free: Inputs) =>
        Object.values(gradients(free))
          .map((gradient) => projected(gradient, ALONG))
          .reduce((sum, part) => sum.add(part)),
      )(at);
    const loss = (free: Inputs): Tensor => projected(call(free), BACK);
    const slope = (free: Inputs): Tensor => projected(jvp(call, free, along).tangent, BACK);
    const everySecond = (torch: Readonly<Record<string, TorchNumbers>>): string[] => [
      ...compareEach("second", second(leaves), torch),
      ...compareEach("forward over reverse", hvp<Inputs, Inputs>(loss, leaves, along), torch),
      ...compareEach("reverse over forward", grad(slope)(leaves), torch),
    ];
    return [
      ...compare("value", call(leaves), wanted.value),
      ...compareEach("gradient", gradients(leaves), wanted.gradient),
      ...(wanted.tangent === null ? [] : compare("tangent", jvp(call, leaves, along).tangent, wanted.tangent)),
      ...(wanted.second === null ? [] : everySecond(wanted.second)),
    ];
  });
}

/** The exceptions of a function without which it would be as right. @returns them in words */
export function unusedExceptions(points: SpecialPoints, wanted: TorchRow): string[] {
  const { exceptions = {} } = points;
  const without = checkSpecial({ ...points, exceptions: {} }, wanted);
  return Object.keys(exceptions)
    .filter((what) => !without.some((text) => text.startsWith(what)))
    .map((what) => `nothing needs the exception for ${what}`);
}

function tensorsOf(inputs: Readonly<Record<string, Elements>>): Inputs {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, { shape, values }]) => [
      name,
      fromArray<Shape>(Float32Array.from(values), shape),
    ]),
  );
}

function pattern(shape: Shape, factors: readonly number[]): Tensor {
  const size = shape.reduce((product, length) => product * length, 1);
  return fromArray<Shape>(
    Float32Array.from({ length: size }, (_, i) => factors[i % factors.length] ?? 0),
    shape,
  );
}

function projected(y: Tensor, factors: readonly number[]): Tensor {
  return y.mul<Shape, Shape>(pattern(y.shape, factors)).sum();
}

function differences(
  found: Float32Array,
  numbers: TorchNumbers,
  isRight: Exception["isRight"] = () => false,
): string[] {
  const torch = numbers.split(" ").map(Number);
  if (found.length !== torch.length) return [`${found.length} elements and not ${torch.length}`];
  return Array.from(found).flatMap((value, at) => {
    const wanted = torch[at] as number;
    const isNear = Number.isFinite(wanted) && Math.abs(value - wanted) <= 4e-6 * Math.abs(wanted) + 1e-6;
    const agrees = isNear || value === wanted || (Number.isNaN(value) && Number.isNaN(wanted));
    return agrees || isRight(value, wanted, at) ? [] : [`element ${at}: ${value}, PyTorch ${wanted}`];
  });
}
