import { explainGradient, hessian, jacobian } from "@unfoldjs/autograd";
import { tensor, type Tensor } from "@unfoldjs/tensor-core";

const A = tensor([
  [1, 2, 3],
  [4, 5, 6],
]);
const x = tensor([7, 8, 9]);

// Y = A x. The notes write ∂Y/∂x = Aᵀ and ∂Y/∂A = x.
const product = (inputs: { A: Tensor<[2, 3]>; x: Tensor<[3]> }) => inputs.A.matmul(inputs.x);
const explanation = explainGradient(product, { A, x }, { cotangent: tensor([1, 10]) });
print("Y = A x, for a loss whose gradient by Y is [1, 10]", String(explanation));
print("The same for a page that sets LaTeX", explanation.toLatex());

const { A: byA, x: byX } = jacobian(product, { A, x });
print("The whole of ∂Y/∂x is A", show(byX));
print("The whole of ∂Y/∂A, an array with an axis for Y and two for A", show(byA));

// q = xᵀ B x. The notes' rule: ∇q = (B + Bᵀ) x, and ∇²q = B + Bᵀ.
const B = tensor([
  [2, 1],
  [5, 3],
]);
const at = tensor([1, -2]);
const quadratic = (y: Tensor<[2]>): Tensor => y.matmul(B.matmul(y));
print("q = xᵀ B x at x = [1, −2]", String(explainGradient(quadratic, at)));
print("Its second derivatives, B + Bᵀ", show(hessian(quadratic, at)));

function print(title: string, text: string): void {
  console.log(`${title}\n${"─".repeat(title.length)}\n${text}\n`);
}

function show(derivative: Tensor): string {
  return JSON.stringify(derivative.toArray()).replaceAll(",", ", ");
}
