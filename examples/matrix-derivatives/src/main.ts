import { explainGradient, hessian, jacobian } from "@unfoldjs/autograd";
import { type CommonOptions, exampleCommand, OutputFolder, runCommand } from "@unfoldjs/example-kit";
import { Generator, tensor, type Tensor } from "@unfoldjs/tensor-core";

const OUT = "out/matrix-derivatives";
/** The seed of the notes' own numbers. */
const NOTES = 1;

const command = exampleCommand("matrix-derivatives", "Derives Y = A x and q = xᵀ B x, step by step, three ways.", OUT);
await runCommand<CommonOptions>(command, (given) => ({ out: OUT, ...given }), derive);

/** Prints both derivations, with `quick` the first alone, and writes the derivatives. */
async function derive({ seed, quick, out }: CommonOptions): Promise<void> {
  const folder = await OutputFolder.open(out);
  const generator = new Generator(seed);
  const numbers = <S extends readonly number[]>(given: Tensor<S>): Tensor<S> => {
    if (seed !== NOTES) given.assign(generator.integers<readonly number[]>(given.shape, -9, 10).to("f32"));
    return given;
  };

  const A = numbers(
    tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]),
  );
  const x = numbers(tensor([7, 8, 9]));

  // Y = A x. The notes write ∂Y/∂x = Aᵀ and ∂Y/∂A = x.
  const product = (inputs: { A: Tensor<[2, 3]>; x: Tensor<[3]> }) => inputs.A.matmul(inputs.x);
  const explanation = explainGradient(product, { A, x }, { cotangent: tensor([1, 10]) });
  print("Y = A x, for a loss whose gradient by Y is [1, 10]", String(explanation));
  print("The same for a page that sets LaTeX", explanation.toLatex());

  const { A: byA, x: byX } = jacobian(product, { A, x });
  print("The whole of ∂Y/∂x is A", show(byX));
  print("The whole of ∂Y/∂A, an array with an axis for Y and two for A", show(byA));
  const first = { byA: byA.toArray(), byX: byX.toArray(), isAsDifferences: explanation.ok };

  let second: object = {};
  if (quick !== true) {
    // q = xᵀ B x. The notes' rule: ∇q = (B + Bᵀ) x, and ∇²q = B + Bᵀ.
    const B = numbers(
      tensor([
        [2, 1],
        [5, 3],
      ]),
    );
    const at = numbers(tensor([1, -2]));
    const quadratic = (y: Tensor<[2]>): Tensor => y.matmul(B.matmul(y));
    const explained = explainGradient(quadratic, at);
    const twice = hessian(quadratic, at);
    print(`q = xᵀ B x at x = [${[...at.data()].join(", ").replaceAll("-", "−")}]`, String(explained));
    print("Its second derivatives, B + Bᵀ", show(twice));
    second = { quadratic: { hessian: twice.toArray(), isAsDifferences: explained.ok } };
  }

  await folder.write({ "metrics.json": `${JSON.stringify({ seed, product: first, ...second }, undefined, 1)}\n` });
  console.log(`Wrote metrics.json to ${folder.path}`);
}

function print(title: string, text: string): void {
  console.log(`${title}\n${"─".repeat(title.length)}\n${text}\n`);
}

function show(derivative: Tensor): string {
  return JSON.stringify(derivative.toArray()).replaceAll(",", ", ");
}
