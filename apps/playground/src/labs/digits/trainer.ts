import type { ImageBatch, ImageDataset } from "@unfoldjs/datasets";
import { accuracy, Adam, backward, batches, crossEntropy, Dropout, manualSeed } from "@unfoldjs/nn";
import {
  decodeSafetensors,
  encodeSafetensors,
  type Generator,
  type GeneratorState,
  scope,
  type StoredTensor,
} from "@unfoldjs/tensor-core";
import { DigitNet } from "./network.ts";
import { type Run, type Settings, settingsAt } from "./run.ts";

/** What a step came to, on its own batch. */
export interface StepResult {
  readonly loss: number;
  readonly accuracy: number;
  readonly pictures: number;
}

/** All of a training's state but its tensors. */
interface Progress {
  readonly step: number;
  readonly generator: GeneratorState;
  /** The generator as it was before it drew the order of this pass. */
  readonly passStart: GeneratorState;
  readonly passBatches: number;
  readonly optimizer: ReturnType<Adam["state"]>["values"];
}

const OPTIMIZER = "optimizer/";

/**
 * One run of training, which can be stopped at any step, kept as a snapshot, and gone on with from there: with the same
 * bits as if it had not been stopped. Draws from the default generator, so there is one at a time.
 */
export class Trainer {
  readonly model: DigitNet;
  run: Run;
  step = 0;
  private readonly optimizer: Adam;
  private readonly generator: Generator;
  private readonly pictures: ImageDataset;
  private settings: Settings;
  private pass: Iterator<ImageBatch, void> | undefined;
  private passStart: GeneratorState;
  private passBatches = 0;

  constructor(run: Run, pictures: ImageDataset) {
    this.run = run;
    this.pictures = pictures;
    this.settings = settingsAt(run, 0);
    this.generator = manualSeed(run.seed);
    this.model = new DigitNet({ ...run, dropout: this.settings.dropout });
    this.optimizer = new Adam(this.model.parameters(), { learningRate: this.settings.lr });
    this.passStart = this.generator.state();
  }

  /** One step of the optimiser. A loss that is not finite changes nothing. */
  learn(): StepResult {
    this.takeSettings();
    const { images, labels } = this.nextBatch();
    let recognised = 0;
    this.model.train();
    const loss = backward(this.model, () => {
      const logits = this.model.forward(images);
      recognised = accuracy(logits, labels);
      return crossEntropy(logits, labels);
    });
    if (Number.isFinite(loss)) {
      this.optimizer.step();
      this.step++;
    } else this.optimizer.zeroGrad();
    return { loss, accuracy: recognised, pictures: labels.size };
  }

  private takeSettings(): void {
    const { lr, batch, dropout } = settingsAt(this.run, this.step);
    this.optimizer.learningRate = lr;
    if (dropout !== this.settings.dropout) this.model.dropout = new Dropout(dropout);
    if (batch !== this.settings.batch) this.endPass();
    this.settings = { lr, batch, dropout };
  }

  private nextBatch(): ImageBatch {
    for (;;) {
      this.pass ??= this.beginPass();
      const next = this.pass.next();
      if (next.done !== true) {
        this.passBatches++;
        return next.value;
      }
      this.pass = undefined;
    }
  }

  private beginPass(): Iterator<ImageBatch, void> {
    this.passStart = this.generator.state();
    this.passBatches = 0;
    return batches(this.pictures, this.settings.batch, { shuffle: this.generator })[Symbol.iterator]();
  }

  private endPass(): void {
    this.pass?.return?.();
    this.pass = undefined;
  }

  /** All that `restore` needs, as a safetensors file. */
  snapshot(): Uint8Array {
    const { tensors, values } = this.optimizer.state();
    const { step, passStart, passBatches } = this;
    const progress: Progress = { step, generator: this.generator.state(), passStart, passBatches, optimizer: values };
    const named = Object.entries(tensors).map(([name, tensor]) => [OPTIMIZER + name, tensor] as const);
    return encodeSafetensors(
      { ...this.model.stateDict(), ...Object.fromEntries(named) },
      { progress: JSON.stringify(progress) },
    );
  }

  /** Goes to where a snapshot of this run, or of one that agrees with it so far, was taken. */
  restore(snapshot: Uint8Array): void {
    const { tensors, metadata } = decodeSafetensors(snapshot);
    const progress = JSON.parse(metadata["progress"] ?? "") as Progress;
    const weights = new Map<string, StoredTensor>();
    const moments = new Map<string, StoredTensor>();
    for (const [name, tensor] of tensors) {
      if (name.startsWith(OPTIMIZER)) moments.set(name.slice(OPTIMIZER.length), tensor);
      else weights.set(name, tensor);
    }
    this.model.loadStateDict(weights);
    scope(() => {
      const loaded = [...moments].map(([name, tensor]) => [name, tensor.tensor()] as const);
      this.optimizer.loadState({ values: progress.optimizer, tensors: Object.fromEntries(loaded) });
    });
    this.step = progress.step;
    this.settings = settingsAt(this.run, Math.max(0, this.step - 1)); // those of the pass that it stands in
    if (this.settings.dropout !== this.model.dropout.probability)
      this.model.dropout = new Dropout(this.settings.dropout);
    this.endPass();
    this.generator.restore(progress.passStart);
    this.pass = this.beginPass();
    for (let i = 0; i < progress.passBatches; i++) this.nextBatch();
    this.generator.restore(progress.generator);
  }

  dispose(): void {
    this.endPass();
    this.optimizer.dispose();
    this.model.dispose();
  }
}
