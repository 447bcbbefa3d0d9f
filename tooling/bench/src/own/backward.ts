import { backward, crossEntropy, GELU, LayerNorm, Linear, Module, mse, ReLU, Sequential } from "@unfoldjs/nn";
import { Generator, scope, type Tensor } from "@unfoldjs/tensor-core";
import { LeNet5 } from "@unfoldjs/vision-layers";
import type { Outputs } from "../work.ts";
import type { Comparison } from "./comparison.ts";

/** x + W₂ gelu(W₁ layerNorm(x)): half of a transformer's block. */
class LayerNormBlock extends Module {
  readonly norm: LayerNorm;
  readonly wide: Linear;
  readonly narrow: Linear;
  readonly gelu: GELU = new GELU();

  constructor(width: number, generator: Generator) {
    super();
    this.norm = new LayerNorm(width);
    this.wide = new Linear(width, 4 * width, { generator });
    this.narrow = new Linear(4 * width, width, { generator });
  }

  override forward(x: Tensor): Tensor {
    return x.add(this.narrow.forward(this.gelu.forward(this.wide.forward(this.norm.forward(x)))));
  }
}

const ROWS = 64;

/** What a backward takes beside its forward, for three nets. */
export const backwardOverForward: readonly (() => Comparison)[] = [
  () => {
    const generator = new Generator(1);
    const layers = [new Linear(784, 128, { generator }), new ReLU(), new Linear(128, 10, { generator })];
    return compare("MLP 784-128-10, batch 64", new Sequential(...layers), classified([ROWS, 784], generator));
  },
  () => {
    const generator = new Generator(2);
    return compare("LeNet, batch 64", new LeNet5(), classified([ROWS, 1, 28, 28], generator));
  },
  () => {
    const generator = new Generator(3);
    const block = new LayerNormBlock(256, generator);
    const [x, wanted] = [generator.normal([512, 256]), generator.normal([512, 256])];
    return compare("layer-norm block, 512 rows of 256", block, {
      loss: (model) => mse(model.forward(x), wanted),
      dispose: () => [x, wanted].forEach((tensor) => tensor.dispose()),
    });
  },
];

interface Net extends Module {
  forward(x: Tensor): Tensor;
}
interface Task {
  loss(model: Net): Tensor;
  dispose(): void;
}

function classified(shape: readonly number[], generator: Generator): Task {
  const [x, labels] = [generator.uniform(shape), generator.integers([ROWS], 0, 10)];
  return {
    loss: (model) => crossEntropy(model.forward(x), labels),
    dispose: () => [x, labels].forEach((tensor) => tensor.dispose()),
  };
}

function compare(name: string, model: Net, task: Task): Comparison {
  const nothing = (): Outputs => ({});
  return {
    name: `backward over forward, ${name}`,
    contenders: [
      {
        // Without an optimiser's step gradients add up; each is spent, so that every call starts from nothing.
        run: () => {
          backward(model, () => task.loss(model));
          for (const parameter of model.parameters()) parameter.gradIsSpent = true;
        },
        outputs: nothing,
        dispose: () => {},
      },
      {
        run: () => scope(() => void task.loss(model).item()),
        outputs: nothing,
        dispose() {
          model.dispose();
          task.dispose();
        },
      },
    ],
    figure: (both, forward) => (both - forward) / forward,
    unit: "×",
    atMost: 2.2,
  };
}
