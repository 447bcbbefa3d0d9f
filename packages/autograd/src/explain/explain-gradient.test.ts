import { linear, onesLike, type Shape, ShapeError, tensor, type Tensor, topk } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { inBalance } from "../in-balance.ts";
import { checkpoint } from "../transforms/checkpoint.ts";
import { customGrad } from "../transforms/custom-grad.ts";
import { grad } from "../transforms/grad.ts";
import { explainGradient } from "./explain-gradient.ts";

const A = [
  [1, 2, 3],
  [4, 5, 6],
];
const product = ({ A: matrix, x }: { A: Tensor; x: Tensor }): Tensor => matrix.matmul<Shape, Shape>(x);

describe("explainGradient of y = A x", () => {
  test(
    "reads well in a terminal",
    inBalance(() => {
      const explanation = explainGradient(
        product,
        { A: tensor(A), x: tensor([7, 8, 9]) },
        { cotangent: tensor([1, 10]) },
      );
      expect(String(explanation)).toMatchInlineSnapshot(`
        "y[2] = f(A, x)   A[2, 3]   x[3]
        dA is ∂L/∂A, and dy = [1, 10]

         1  y[2, 1] = A[2, 3] · x[3, 1]
              dA[2, 3] = dy[2, 1] · x[3, 1]ᵀ
                autograd   [[7, 8, 9], [70, 80, 90]]
                numeric    [[7, 8, 9], [70, 80, 90]]
                notes      ∂y/∂A = x
                           is only shorthand: ∂y/∂A has 3 axes, [2, 2, 3];
                           element [i, j, k] is xₖ where j = i, else 0;
                           contracted with dy it is dy · xᵀ, the gradient above
                           [[[7, 8, 9], [0, 0, 0]], [[0, 0, 0], [7, 8, 9]]]
              dx[3, 1] = A[2, 3]ᵀ · dy[2, 1]
                autograd   [[41], [52], [63]]
                numeric    [[41], [52], [63]]
                notes      ∂y/∂x = Aᵀ
                           in denominator layout, where column i is the gradient of yᵢ;
                           jacobian() has the numerator layout, which is A itself:
                           [[1, 2, 3], [4, 5, 6]]

        In all
          dA = [[7, 8, 9], [70, 80, 90]]
          dx = [41, 52, 63]"
      `);
    }),
  );

  test(
    "says where the notes' shorthand is only shorthand, and shows the whole",
    inBalance(() => {
      const { steps } = explainGradient(product, { A: tensor(A), x: tensor([7, 8, 9]) });
      const [byA, byX] = steps.find(({ op }) => op === "matmul")?.gradients ?? [];
      expect(byA?.shorthand).toMatchObject({
        text: "∂y/∂A = x",
        latex: "\\frac{\\partial y}{\\partial A} = x",
        shape: [2, 2, 3],
      });
      expect([...(byA?.shorthand?.values ?? [])]).toEqual([7, 8, 9, 0, 0, 0, 0, 0, 0, 7, 8, 9]);
      expect(byA?.shorthand?.remark).toMatch(/only shorthand: ∂y\/∂A has 3 axes/);
      expect(byX?.shorthand).toMatchObject({ text: "∂y/∂x = Aᵀ", shape: [2, 3] });
      expect([...(byX?.shorthand?.values ?? [])]).toEqual(A.flat());
    }),
  );

  test(
    "gives rules as LaTeX, with shapes below",
    inBalance(() => {
      const explanation = explainGradient(product, { A: tensor(A), x: tensor([7, 8, 9]) });
      expect(explanation.toLatex()).toBe(
        [
          "\\begin{aligned}",
          "  \\underset{2 \\times 1}{y} &= {\\underset{2 \\times 3}{A}}\\,{\\underset{3 \\times 1}{x}} \\\\",
          "  \\underset{2 \\times 3}{\\bar{A}} &= {\\underset{2 \\times 1}{\\bar{y}}}\\,{\\underset{3 \\times 1}{x}}^{\\top} \\\\",
          "  \\underset{3 \\times 1}{\\bar{x}} &= {\\underset{2 \\times 3}{A}}^{\\top} {\\underset{2 \\times 1}{\\bar{y}}}",
          "\\end{aligned}",
        ].join("\n"),
      );
    }),
  );

  test(
    "speaks of four axes for a product of matrices",
    inBalance(() => {
      const inputs = {
        A: tensor(A) as Tensor,
        X: tensor([
          [1, 0],
          [0, 1],
          [1, 1],
        ]) as Tensor,
      };
      const { steps } = explainGradient(({ A: a, X }: typeof inputs) => a.matmul<Shape, Shape>(X), inputs);
      expect(steps[0]?.gradients.map(({ shorthand }) => [shorthand?.text, shorthand?.shape])).toEqual([
        ["∂y/∂A = Xᵀ", [2, 2, 2, 3]],
        ["∂y/∂X = Aᵀ", [2, 2, 3, 2]],
      ]);
    }),
  );
});

describe("explainGradient", () => {
  /** tanh(x Wᵀ + b), twice over, as a mean of squares. */
  const layer = ({ x, W, b }: { x: Tensor; W: Tensor; b: Tensor }): Tensor =>
    linear(x, W, b).tanh().mul(2).add(x.sum()).square().mean();
  const inputs = (): { x: Tensor; W: Tensor; b: Tensor } => ({
    x: tensor([
      [0.3, -0.8],
      [0.5, 0.1],
    ]),
    W: tensor([
      [0.2, 0.4],
      [-0.6, 0.1],
    ]),
    b: tensor([0.1, -0.1]),
  });

  test(
    "has each op on the way, and gradients that are those of grad",
    inBalance(() => {
      const explanation = explainGradient(layer, inputs());
      expect(explanation.steps.map(({ op }) => op)).toEqual(["linear", "tanh", "mul", "sum", "add", "square", "mean"]);
      expect(explanation.ok).toBe(true);
      const gradient = grad(layer)(inputs());
      for (const { name, gradient: found } of explanation.inputs) {
        const wanted = gradient[name as "x" | "W" | "b"].data();
        for (const [i, value] of found.entries()) expect(value).toBeCloseTo(wanted[i] ?? NaN, 6);
      }
      expect(explanation.result.values[0]).toBeCloseTo(layer(inputs()).item(), 6);
    }),
  );

  test(
    "fills names, shapes, numbers and axes in",
    inBalance(() => {
      const { steps } = explainGradient(layer, inputs());
      expect(steps.map(({ rule }) => rule.text)).toEqual([
        "v1[2, 2] = x[2, 2] · W[2, 2]ᵀ + b[2]",
        "v2[2, 2] = tanh v1[2, 2]",
        "v3[2, 2] = v2[2, 2] ⊙ 2",
        "v4 = Σ x[2, 2] over axes 0, 1",
        "v5[2, 2] = v3[2, 2] + v4",
        "v6[2, 2] = v5[2, 2]²",
        "y = mean of v6[2, 2] over axes 0, 1",
      ]);
      expect(steps[4]?.gradients.map(({ rule }) => rule.text)).toEqual([
        "dv3[2, 2] = dv5[2, 2]",
        "dv4 = Σ over axes 0, 1 of dv5[2, 2]",
      ]);
      expect(steps[0]?.gradients.map(({ rule }) => rule.latex)).toContain(
        "\\underset{2 \\times 2}{\\bar{W}} = {\\underset{2 \\times 2}{\\bar{v}_{1}}}^{\\top} {\\underset{2 \\times 2}{x}}",
      );
    }),
  );

  test(
    "leaves out what no gradient comes back through",
    inBalance(() => {
      const f = (x: Tensor): Tensor => {
        x.exp();
        return topk(x, 2).values.sum();
      };
      const {
        steps,
        inputs: [x],
      } = explainGradient(f, tensor([3, 1, 2]));
      expect(steps.map(({ op }) => op)).toEqual(["sort", "sum"]);
      expect([...(x?.gradient ?? [])]).toEqual([1, 0, 1]);
    }),
  );

  test(
    "tells the two places of one tensor apart",
    inBalance(() => {
      const { steps } = explainGradient((x: Tensor) => x.mul(x).sum(), tensor([3]));
      expect(steps[0]?.gradients.map(({ place, values }) => [place, ...values])).toEqual([
        ["a", 3],
        ["b", 3],
      ]);
    }),
  );

  test(
    "tries some elements of large inputs, and sums up what nobody would read",
    inBalance(() => {
      const explanation = explainGradient((x: Tensor) => x.square().sum(), onesLike(tensor([0]).expand([100])), {
        samples: 5,
      });
      expect(explanation.steps[0]?.gradients[0]?.comparisons.map(({ at }) => at)).toEqual([0, 20, 40, 60, 80]);
      expect(String(explanation)).toMatch(/autograd {3}100 elements from 2 to 2\n +numeric {4}within .* at 5 elements/);
    }),
  );

  test(
    "shows where a difference says something else, such as at a jump",
    inBalance(() => {
      const explanation = explainGradient((x: Tensor) => x.floor(), tensor([2]));
      expect(explanation.ok).toBe(false);
      expect(String(explanation)).toMatch(/WRONG {6}1 of 1 differ/);
    }),
  );

  test(
    "names a kink, and is not led astray by one nearby",
    inBalance(() => {
      const [on, near] = [0, 0.001].map((value) => explainGradient((x: Tensor) => x.relu(), tensor([value])));
      expect([on?.ok, near?.ok]).toEqual([true, true]);
      expect(String(on)).toMatch(/kink {7}at 1 of 1: no slope/);
      expect(String(near)).not.toMatch(/kink|WRONG/);
    }),
  );

  test(
    "names what says its gradient itself",
    inBalance(() => {
      const round = customGrad((x) => ({ value: x.round(), pullback: (dy) => [dy.mul(2)] }));
      const { steps } = explainGradient(
        (x: Tensor) => checkpoint((at: Tensor) => at.exp())(round(x)).sum(),
        tensor([0.2, 1.1]),
      );
      expect(steps.map(({ op, rule }) => [op, rule.text])).toEqual([
        ["customGrad", "v1[2] = customGrad(x[2])"],
        ["checkpoint", "v2[2] = checkpoint(v1[2])"],
        ["sum", "y = Σ v2[2] over axis 0"],
      ]);
      expect([...(steps[1]?.gradients[0]?.values ?? [])]).toEqual([1, Math.fround(Math.E)]);
      expect(steps[0]?.gradients[0]?.values[0]).toBe(2);
    }),
  );

  test(
    "holds plain values that can be sent to another thread",
    inBalance(() => {
      const explanation = explainGradient((x: Tensor) => x.square().sum(), tensor([1, 2]));
      const { inputs: given, result, steps, ok } = explanation;
      expect(structuredClone(explanation)).toEqual({ inputs: given, result, steps, ok });
    }),
  );

  test(
    "has no steps where nothing depends on the inputs",
    inBalance(() => {
      const {
        steps,
        inputs: [x],
      } = explainGradient(() => tensor([1]), tensor([1, 2]));
      expect([steps, [...(x?.gradient ?? [])]]).toEqual([[], [0, 0]]);
    }),
  );

  test(
    "refuses a cotangent of another shape",
    inBalance(() => {
      const act = (): unknown => explainGradient((x: Tensor) => x, tensor([1, 2]), { cotangent: tensor([1]) });
      expect(act).toThrow(ShapeError);
    }),
  );
});
