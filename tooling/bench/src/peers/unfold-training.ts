import { noGrad } from "@unfoldjs/autograd";
import { Adam, backward, crossEntropy, Embedding, Linear, Module, Parameter, Sequential } from "@unfoldjs/nn";
import { fromArray, gru, scope, type Tensor, zeros } from "@unfoldjs/tensor-core";
import { LeNet5 } from "@unfoldjs/vision-layers";
import type { CharacterGruProblem, Contender, LeNetProblem, MlpProblem, NamedArray } from "../work.ts";

/** LeNet's step as a training loop has it: `backward`, which returns the loss, and `optimizer.step()`. */
export function lenetStep({ batch, images, labels, parameters }: LeNetProblem): Contender {
  const model = new LeNet5();
  const x = fromArray(images, [batch, 1, 28, 28]);
  const classes = fromArray(labels, [batch]);
  return stepOf(model, parameters, [x, classes], () => crossEntropy(model.forward(x), classes));
}

/** The step of dense layers with ReLU between them, which each layer takes along. */
export function mlpStep({ batch, inputs, labels, parameters }: MlpProblem): Contender {
  const weights = parameters.filter((_, i) => i % 2 === 0);
  const layers = weights.map(
    ({ shape: [outputs = 0, size = 0] }, i) =>
      new Linear<number, number>(size, outputs, i < weights.length - 1 ? { activation: "relu" } : {}),
  );
  const model = new Sequential(...layers);
  // Without layers of activations between them the dense ones stand elsewhere.
  const names = model.namedParameters().map(([name]) => name);
  const renamed = parameters.map((parameter, i) => ({ ...parameter, name: names[i] ?? parameter.name }));
  const x: Tensor = fromArray(inputs, [batch, inputs.length / batch]);
  const classes = fromArray(labels, [batch]);
  return stepOf(model, renamed, [x, classes], () => crossEntropy(model.forward(x), classes));
}

/** Table, GRU and head, over one text. */
class CharacterModel extends Module {
  static override readonly name: string = "CharacterModel";
  readonly embedding: Embedding;
  readonly weightIh: Parameter;
  readonly weightHh: Parameter;
  readonly biasIh: Parameter;
  readonly biasHh: Parameter;
  readonly head: Linear<number, number>;

  constructor(vocabulary: number, width: number) {
    super();
    this.embedding = new Embedding(vocabulary, width);
    this.weightIh = new Parameter(zeros([3 * width, width]));
    this.weightHh = new Parameter(zeros([3 * width, width]));
    this.biasIh = new Parameter(zeros([3 * width]));
    this.biasHh = new Parameter(zeros([3 * width]));
    this.head = new Linear<number, number>(width, vocabulary);
  }

  override forward(characters: Tensor<[number, 1], "i32">): Tensor {
    const { output } = gru(this.embedding.forward(characters), this);
    return this.head.forward(output).flatten(0, 1);
  }
}

export function characterGruStep({ characters, next, parameters }: CharacterGruProblem): Contender {
  const [vocabulary = 0, width = 0] = parameters[0]?.shape ?? [];
  const model = new CharacterModel(vocabulary, width);
  const text = fromArray(characters, [characters.length, 1]);
  const classes = fromArray(next, [next.length]);
  return stepOf(model, parameters, [text, classes], () => crossEntropy(model.forward(text), classes));
}

/** @param strict whether all of the model's state is in them: not where it has statistics that run */
export function loadParameters(model: Module, parameters: readonly NamedArray[], strict = true): void {
  scope(() =>
    model.loadStateDict(
      Object.fromEntries(parameters.map(({ name, shape, values }) => [name, fromArray(values, shape)])),
      { strict },
    ),
  );
}

export function stepOf(
  model: Module,
  parameters: readonly NamedArray[],
  data: readonly { dispose(): void }[],
  loss: () => Tensor,
  { strict = true }: { readonly strict?: boolean } = {},
): Contender {
  const optimizer = new Adam(model.parameters());
  loadParameters(model, parameters, strict);
  return {
    run() {
      backward(model, loss);
      optimizer.step();
    },
    outputs() {
      const before = backward(model, loss);
      // In the reference's order, which is not that of a model whose own parameters come before its layers'.
      const held = model.stateDict();
      const gradients = parameters.flatMap(({ name }) => [...((held[name] as Parameter).grad?.data() ?? [])]);
      optimizer.step();
      return { loss: [before], gradients, nextLoss: [noGrad(() => scope(() => loss().item()))] };
    },
    dispose() {
      model.dispose();
      for (const each of data) each.dispose();
    },
  };
}
