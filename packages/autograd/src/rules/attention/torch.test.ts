import {
  type AttentionOptions,
  scaledDotProductAttention,
  scope,
  type Shape,
  tensor,
  type Tensor,
} from "@unfoldjs/tensor-core";
import { expect, test } from "vitest";
import { grad } from "../../index.ts";
import fixtures from "./torch.json" with { type: "json" };

// tooling/oracle/attention says how the fixtures are made.

/** As `values` of the fixtures' script. */
function values(shape: Shape, salt: number): Tensor {
  const count = shape.reduce((product, size) => product * size, 1);
  return tensor(Array.from({ length: count }, (_, i) => Math.sin(12.9898 * i + 78.233 * salt) * 1.5)).reshape(shape);
}

/** As `taking_part` of the fixtures' script. */
function takingPart(queries: number, keys: number): Tensor<Shape, "bool"> {
  const truths = Array.from({ length: queries * keys }, (_, i) => i >= keys && i % 3 !== 1);
  return tensor(truths, "bool").reshape([queries, keys]);
}

interface Case {
  readonly shapes: { readonly query: Shape; readonly key: Shape; readonly value: Shape; readonly attnMask?: Shape };
  readonly options?: () => AttentionOptions;
}

const heads = { query: [2, 2, 3, 2], key: [2, 2, 5, 2], value: [2, 2, 5, 3] };
const cases: Readonly<Record<keyof typeof fixtures.cases, Case>> = {
  plain: { shapes: { query: [2, 3, 4], key: [2, 5, 4], value: [2, 5, 3] } },
  causal: { shapes: { query: [2, 5, 3], key: [2, 5, 3], value: [2, 5, 3] }, options: () => ({ isCausal: true }) },
  "causal of fewer queries than keys": {
    shapes: { query: [3, 2], key: [5, 2], value: [5, 2] },
    options: () => ({ isCausal: true }),
  },
  "causal of more queries than keys": {
    shapes: { query: [5, 2], key: [3, 2], value: [3, 2] },
    options: () => ({ isCausal: true }),
  },
  "with a scale": { shapes: { query: [3, 4], key: [5, 4], value: [5, 9] }, options: () => ({ scale: -0.3 }) },
  "with truths": { shapes: heads, options: () => ({ attnMask: takingPart(3, 5) }) },
  "with numbers": { shapes: { ...heads, attnMask: [3, 5] } },
  "of heads in groups": {
    shapes: { query: [2, 4, 3, 2], key: [2, 2, 5, 2], value: [2, 2, 5, 3] },
    options: () => ({ enableGqa: true }),
  },
};

type Leaves = Readonly<Record<string, Tensor>>;

/** Where `found` is not `wanted`, in words. */
function differences(name: string, found: Tensor | undefined, wanted: string, tolerance: number): string[] {
  const [got, numbers] = [Array.from(found?.data() ?? []), wanted.split(" ").map(Number)];
  if (got.length !== numbers.length) return [`${name}: ${got.length} elements, not ${numbers.length}`];
  return got.flatMap((value, i) => {
    const want = numbers[i] as number;
    const agrees = Math.abs(value - want) < tolerance * (1 + Math.abs(want));
    return agrees ? [] : [`${name}: element ${i} is ${value}, not ${want}`];
  });
}

test.each(Object.entries(cases))("attention %s is PyTorch's, and so are its gradients", (name, { shapes, options }) => {
  const wanted = fixtures.cases[name as keyof typeof cases];
  const wrong = scope(() => {
    const leaves: Leaves = Object.fromEntries(
      Object.entries(shapes).map(([each, shape], i) => [each, values(shape, 1 + i)]),
    );
    const attend = ({ query, key, value, attnMask }: Leaves): Tensor =>
      scaledDotProductAttention(query as Tensor, key as Tensor, value as Tensor, { attnMask, ...options?.() });
    const output = attend(leaves);
    const first = grad((given: Leaves) => attend(given).mul(values(output.shape, 7)).sum());
    const second = grad((given: Leaves) =>
      Object.values(first(given))
        .map((gradient, i) => gradient.mul(values(gradient.shape, 11 + i)).sum())
        .reduce((sum, next) => sum.add(next)),
    );
    const [gradients, seconds] = [first(leaves), second(leaves)];
    return [
      ...differences("output", output, wanted.output, 2e-6),
      ...Object.entries(wanted.gradients).flatMap(([each, due]) => differences(each, gradients[each], due, 5e-6)),
      ...Object.entries(wanted.second).flatMap(([each, due]) =>
        differences(`second ${each}`, seconds[each], due, 2e-5),
      ),
    ];
  });
  expect(wrong).toEqual([]);
});
