// What a user writes in a first afternoon. What its types cost is budgeted: see `tooling/check/typecheck.mjs`.

import { checkpoint, customGrad, grad, gradcheck, hessian, hvp, jacobian, jvp, valueAndGrad, vjp } from "./index.ts";
import { Generator, tensor, type Tensor } from "@unfoldjs/tensor-core";

interface Line {
  readonly slope: Tensor;
  readonly start: Tensor;
}

const cube = (x: Tensor) => x.mul(x).mul(x).sum();
const line = ({ slope, start }: Line) => tensor([0, 1, 2]).mul(slope).add(start).square().mean();

console.log(grad(cube)(tensor([1, 2])).toArray());
console.log(grad((x: Tensor) => grad(cube)(x).sum())(tensor([1, 2])).toArray());

const { value, gradient } = valueAndGrad(line)({ slope: tensor(3), start: tensor(-3) });
console.log(value.item(), gradient.slope.item(), gradient.start.item());

const round = customGrad((x) => ({ value: x.round(), pullback: (dy) => [dy] }));
console.log(gradcheck(cube, tensor([1, 2])).ok, gradcheck(round, tensor([0.2])).ok);

const A = tensor([
  [1, 2],
  [3, 4],
  [5, 6],
]);
const product = (x: Tensor<[2]>) => A.matmul(x);
const x = tensor([7, 8]);
console.log(jvp(product, x, tensor([1, 0])).tangent.toArray());
console.log(vjp(product, x, tensor([1, 0, 0])).gradient.toArray());
console.log(jacobian(product, x).shape, hessian(cube, x).shape, hvp(cube, x, tensor([1, -1])).shape);

const generator = new Generator(1);
const [first, second] = [generator.normal([8, 4]), generator.normal([1, 8])];
const hidden = checkpoint((inputs: Tensor<[4, 16]>) => first.matmul(inputs).relu());
const loss = (inputs: Tensor<[4, 16]>) => second.matmul(hidden(inputs)).square().mean();
console.log(grad(loss)(generator.normal([4, 16])).shape);
