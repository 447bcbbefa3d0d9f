import { AttentionSeq2Seq, Decoder, sequenceCrossEntropy } from "@unfoldjs/sequence-layers";
import { Conv2d, layers, MaxPool2d } from "@unfoldjs/vision-layers";
import {
  Adam,
  backward,
  crossEntropy,
  decodeModel,
  Embedding,
  encodeModel,
  evaluate,
  fit,
  Flatten,
  Linear,
  manualSeed,
  mse,
  ReLU,
  Sequential,
  SGD,
  SparseAdam,
} from "@unfoldjs/nn";
import { fromArray, scope, type Tensor } from "@unfoldjs/tensor-core";
import { randomFrom, type Random } from "@unfoldjs/op-cases";
import { between, chance, oneOf } from "../random.ts";

/** One turn: the training steps that it was. */
type Turn = () => number | Promise<number>;

const CLASSES = 4;
const WORDS = 200;

/** Thrown in the middle of a step by the soak itself: nothing else is passed over. */
class Planted extends Error {}

/** Models that are trained in turns of several kinds, drawn by chance; after `settle` the same lives as before. */
export class Work {
  private readonly random: Random;
  private readonly perceptron = new Sequential(new Linear(8, 32), new ReLU(), new Linear(32, CLASSES));
  private readonly pictures = new Sequential(
    new Conv2d(1, 4, 3, { padding: 1 }),
    new ReLU(),
    new MaxPool2d(2),
    new Flatten(),
    new Linear(4 * 4 * 4, CLASSES),
  );
  private readonly filter = new Conv2d(1, 1, 3, { padding: 1 });
  private readonly words = new Embedding(WORDS, 8, { sparse: true });
  private readonly adam = new Adam(this.perceptron.parameters());
  private readonly sgd = new SGD(this.pictures.parameters(), { learningRate: 0.01, momentum: 0.9 });
  private readonly filterAdam = new Adam(this.filter.parameters());
  private readonly sparse = new SparseAdam(this.words.parameters());
  private readonly language = new Decoder(WORDS, 8, { cell: "lstm", numLayers: 2, dropout: 0.1 });
  private readonly translation = new AttentionSeq2Seq(WORDS, WORDS, 8, { cell: "gru" });
  private readonly languageAdam = new Adam(this.language.parameters());
  private readonly translationAdam = new Adam(this.translation.parameters());
  private readonly turns: readonly Turn[];

  constructor(seed: number) {
    manualSeed(seed);
    this.random = randomFrom(`soak/${seed}`);
    const often: Turn[] = [
      () => this.step(this.perceptron, this.adam, [8]),
      () => this.step(this.pictures, this.sgd, [1, 8, 8]),
      () => this.anySize(),
      () => this.lookUp(),
      () => this.say(),
      () => this.translate(),
      () => this.decode(),
      () => this.thrown(),
    ];
    const seldom: Turn[] = [() => this.epochs(), () => this.evaluated(), () => this.saved()];
    this.turns = [...often, ...often, ...often, ...often, ...seldom];
  }

  /** @returns how many training steps it was; one at least, so that a run ends */
  async turn(): Promise<number> {
    const turn = oneOf(this.random, this.turns);
    return Math.max(1, await turn());
  }

  /** A step of each model, so that each holds the gradients of one: what lives after it must be the same each time. */
  settle(): void {
    this.step(this.perceptron, this.adam, [8]);
    this.step(this.pictures, this.sgd, [1, 8, 8]);
    this.anySize();
    this.lookUp();
    this.say();
    this.translate();
  }

  private numbers(shape: readonly number[]): Tensor {
    const size = shape.reduce((product, axis) => product * axis, 1);
    return fromArray(
      Float32Array.from({ length: size }, () => this.random() - 0.5),
      shape,
    );
  }

  private whole(count: number, below: number): Tensor<readonly number[], "i32"> {
    return fromArray(
      Int32Array.from({ length: count }, () => between(this.random, 0, below - 1)),
      [count],
    );
  }

  private rows(): number {
    return between(this.random, 1, 48);
  }

  private step(model: Sequential, optimizer: Adam | SGD, example: readonly number[]): number {
    scope(() => {
      const rows = this.rows();
      const [x, labels] = [this.numbers([rows, ...example]), this.whole(rows, CLASSES)];
      backward(model, () => crossEntropy(model.forward(x), labels));
      optimizer.step();
    });
    return 1;
  }

  /** Pictures of any size through one filter. */
  private anySize(): number {
    scope(() => {
      const x = this.numbers([between(this.random, 1, 4), 1, between(this.random, 3, 32), between(this.random, 3, 32)]);
      backward(this.filter, () => mse(this.filter.forward(x), x));
      this.filterAdam.step();
    });
    return 1;
  }

  private lookUp(): number {
    scope(() => {
      const [left, right] = [this.whole(16, WORDS), this.whole(16, WORDS)];
      backward(this.words, () => this.words.forward(left).sub(this.words.forward(right)).square().sum());
      this.sparse.step();
    });
    return 1;
  }

  /** A language model over texts of any length. */
  private say(): number {
    scope(() => {
      const [batch, time] = [between(this.random, 1, 6), between(this.random, 1, 12)];
      const text = this.whole(batch * (time + 1), WORDS).reshape<readonly number[], readonly number[]>([
        batch,
        time + 1,
      ]);
      const [words, next] = [text.slice(1, 0, time), text.slice(1, 1, time + 1)];
      backward(this.language, () => sequenceCrossEntropy(this.language.forward(words).logits, next));
      this.languageAdam.step();
    });
    return 1;
  }

  /** Sentences of several lengths, with its own guesses now and then. */
  private translate(): number {
    scope(() => {
      const [batch, source, time] = [
        between(this.random, 1, 6),
        between(this.random, 1, 12),
        between(this.random, 1, 8),
      ];
      const words = this.whole(batch * source, WORDS).reshape<readonly number[], readonly number[]>([batch, source]);
      const target = this.whole(batch * time, WORDS).reshape<readonly number[], readonly number[]>([batch, time]);
      const lengths = this.whole(batch, source + 1);
      const teacherForcing = chance(this.random, 1 / 4) ? 0.5 : 1;
      backward(this.translation, () => {
        const { logits } = this.translation.forward(words, target, { lengths, teacherForcing });
        return sequenceCrossEntropy(logits, target);
      });
      this.translationAdam.step();
    });
    return 1;
  }

  /** Steps of a search, whose rows are left out and doubled on the way. */
  private decode(): number {
    const source = this.whole(6, WORDS).reshape<readonly number[], readonly number[]>([2, 3]);
    const search = this.translation.start(source);
    let state = search.state;
    const goOn = (next: typeof state): void => {
      if (state !== search.state) search.release(state);
      state = next;
    };
    const steps = between(this.random, 1, 8);
    for (let step = 0; step < steps; step++) {
      const rows = state.sentences.map(() => between(this.random, 0, state.sentences.length - 1));
      goOn(search.reorder(state, rows));
      goOn(
        search.step(
          state.sentences.map(() => between(this.random, 0, WORDS - 1)),
          state,
        ).state,
      );
    }
    if (state !== search.state) search.release(state);
    search.dispose();
    source.dispose();
    return 1;
  }

  /** A step that ends in its middle: by an error of the caller's, or by shapes that do not fit. */
  private thrown(): number {
    const misfit = chance(this.random, 1 / 2);
    let told = false;
    try {
      scope(() => {
        const x = this.numbers([this.rows(), misfit ? 9 : 8]);
        backward(this.perceptron, () => {
          this.perceptron.forward(x).square().sum();
          throw new Planted();
        });
      });
    } catch (error) {
      const expected = misfit
        ? error instanceof Error && "code" in error && error.code === "UNFOLD_SHAPE"
        : error instanceof Planted;
      if (!expected) throw error;
      told = true;
    }
    if (!told) throw new Error("a step that must fail did not");
    return 1;
  }

  private data(count: number): { x: Tensor; labels: Tensor<readonly number[], "i32"> }[] {
    return Array.from({ length: count }, () => {
      const rows = this.rows();
      return { x: this.numbers([rows, 8]), labels: this.whole(rows, CLASSES) };
    });
  }

  /** `fit` for two epochs; every third time a callback of it throws. */
  private async epochs(): Promise<number> {
    const data = this.data(4);
    const fails = chance(this.random, 1 / 3);
    let steps = 0;
    const count = (): void => {
      if (++steps === 6 && fails) throw new Planted();
    };
    try {
      await fit(this.perceptron, data, {
        epochs: 2,
        forward: ({ x }) => this.perceptron.forward(x),
        loss: (logits, { labels }) => crossEntropy(logits, labels),
        optimizer: this.adam,
        validation: data.slice(0, 1),
        callbacks: [{ onStep: count }],
      });
    } catch (error) {
      if (!(error instanceof Planted)) throw error;
    } finally {
      for (const { x, labels } of data) for (const tensor of [x, labels]) tensor.dispose();
    }
    return steps;
  }

  private async evaluated(): Promise<number> {
    const data = this.data(3);
    await evaluate(this.perceptron, data, {
      forward: ({ x }) => this.perceptron.forward(x),
      loss: (logits, { labels }) => crossEntropy(logits, labels),
    });
    for (const { x, labels } of data) for (const tensor of [x, labels]) tensor.dispose();
    return 1;
  }

  /** Writes a model to bytes and reads it again; what was read is thrown away. */
  private saved(): number {
    const bytes = encodeModel(this.pictures, { layers });
    const read = decodeModel(bytes, { layers });
    for (const parameter of read.parameters()) parameter.dispose();
    return 1;
  }
}
