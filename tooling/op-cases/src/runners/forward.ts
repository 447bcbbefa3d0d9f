import { grad, jvp, vjp } from "@unfoldjs/autograd";
import { data, fromArray, memory, scope, type Shape, type Tensor } from "@unfoldjs/tensor-core";
import { randomFrom } from "../draw.ts";
import { targetsOf, withInputs } from "../inputs.ts";
import { type Layout, layouts } from "../layouts.ts";
import type { OpCase, Row } from "../op-case.ts";

/** Directions that lie one after the other, and with gaps: a tangent need not lie in memory as its tensor does. */
const LAYOUTS: readonly Layout[] = layouts.filter(({ name }) => name === "contiguous" || name === "stepped");

/**
 * Checks a row's tangents: J v and Jᵀ u are of one matrix if ⟨u, J v⟩ = ⟨Jᵀ u, v⟩, for directions of no pattern. Where the
 * case has a second order, H v is the same going forward over back, back over forward, and back over back. Nothing is left
 * behind.
 * @returns what is wrong, in words
 */
export function checkForward(opCase: OpCase, row: Row): string[] {
  if (typeof opCase.gradient === "object") return [];
  const { tensors, storages } = memory();
  const wrong = withInputs(opCase, row, (inputs) =>
    scope(() => {
      const { leaves, targets } = targetsOf(opCase, row, inputs);
      const isTwice = opCase.gradient === "second" && row.smooth !== false;
      return targets.flatMap(({ name, call: f }) =>
        LAYOUTS.flatMap((layout) => {
          const along = leaves.map(({ shape }, i) => direction(shape, `along ${i}`, layout));
          const found = [...adjoint(f, leaves, along), ...(isTwice ? secondOrders(f, leaves, along) : [])];
          return found.map((text) => `${name}, ${layout.name}: ${text}`);
        }),
      );
    }),
  );
  const left = memory();
  if (left.tensors !== tensors || left.storages !== storages) {
    wrong.push(`${left.tensors - tensors} tensors and ${left.storages - storages} storages are left behind`);
  }
  return wrong;
}

type Leaves = readonly Tensor[];
type OfLeaves = (leaves: Leaves) => Tensor;

function direction(shape: Shape, seed: string, layout: Layout): Tensor {
  const random = randomFrom(`${seed} ${shape.join(" ")}`);
  const size = shape.reduce((product, length) => product * length, 1);
  const values = Array.from({ length: size }, () => Math.fround(0.3 + random()) * (random() < 0.5 ? -1 : 1));
  return layout.place({ shape, values }, "f32").tensor as Tensor;
}

function adjoint(f: OfLeaves, leaves: Leaves, along: Leaves): string[] {
  const { value, tangent } = jvp(f, leaves, along);
  const plain = data(f(leaves));
  if (!isSame(data(value), plain)) return ["the value with a tangent is not the value without"];
  // NaN and infinities have no slope.
  if (!plain.every(Number.isFinite)) return [];
  const u = direction(value.shape, "back", LAYOUTS[0] as Layout);
  const { gradient } = vjp(f, leaves, u);
  const [forward, size] = dot([u], [tangent]);
  const [back] = dot(gradient, along);
  return Math.abs(forward - back) <= 2e-5 * (1 + size) ? [] : [`⟨u, J v⟩ is ${forward}, ⟨Jᵀ u, v⟩ is ${back}`];
}

function isSame(a: Float32Array, b: Float32Array): boolean {
  return a.length === b.length && a.every((value, i) => Object.is(value, b[i]));
}

/** Σ a · b in f64, and the sum of the terms' sizes. */
function dot(a: Leaves, b: Leaves): [sum: number, size: number] {
  let [sum, size] = [0, 0];
  for (const [i, left] of a.entries()) {
    const right = data(b[i] as Tensor);
    for (const [at, value] of data(left).entries()) {
      sum += value * (right[at] ?? NaN);
      size += Math.abs(value * (right[at] ?? NaN));
    }
  }
  return [sum, size];
}

function secondOrders(f: OfLeaves, leaves: Leaves, along: Leaves): string[] {
  const u = direction(f(leaves).shape, "back", LAYOUTS[0] as Layout);
  const back = (at: Leaves): Leaves => grad((free: Leaves) => f(free).mul(u).sum())(at);
  const backOverBack = grad((at: Leaves) => inner(back(at), along))(leaves);
  const ways = {
    "forward over back": jvp(back, leaves, along).tangent,
    "back over forward": grad((at: Leaves) => jvp(f, at, along).tangent.mul(u).sum())(leaves),
  };
  return Object.entries(ways).flatMap(([name, way]) =>
    way.flatMap((product, i) => {
      const others = data(backOverBack[i] as Tensor);
      return Array.from(data(product)).flatMap((value, at) => {
        const other = others[at] ?? NaN;
        const agrees = Math.abs(value - other) <= 1e-4 * (1 + Math.abs(other));
        return agrees ? [] : [`input ${i}, element ${at} of H v: ${value} ${name}, ${other} back over back`];
      });
    }),
  );
}

function inner(a: Leaves, b: Leaves): Tensor {
  const parts = a.map((left, i) => left.mul<Shape, Shape>(b[i] as Tensor).sum());
  return parts.reduce<Tensor>((sum, part) => sum.add<Shape, Shape>(part), fromArray<Shape>([0], []));
}
