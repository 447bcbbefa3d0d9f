import { fewShotHead, type Linear } from "@unfoldjs/nn";
import { encodeTexts, type SentenceEncoder, setFit } from "@unfoldjs/sequence-layers";
import { fromArray, Generator, runtime, scope, type Shape, softmax, type Tensor } from "@unfoldjs/tensor-core";
import { type SentenceModel, sentenceModel } from "../encoder.ts";
import { filesOverHttp } from "./model-over-http.ts";
import type { Answer, Answers, Ask, Example, Learned, Progress, Told } from "./messages.ts";

// The page keeps a core for itself.
runtime.configure({ threads: Math.min(8, Math.max(1, navigator.hardwareConcurrency - 1)) });

interface State {
  readonly model: SentenceModel;
  encoder: SentenceEncoder;
  isTuned: boolean;
  head: { readonly linear: Linear; readonly classes: readonly string[] } | undefined;
  /** Of the present encoder: a text is read once. */
  readonly vectors: Map<string, Float32Array>;
}

let state: State | undefined;
let tuning: AbortController | undefined;

function opened(): State {
  if (state === undefined) throw new Error("The model is not there yet.");
  return state;
}

type Report = (progress: Progress) => void;

const does: {
  readonly [Kind in Ask["kind"]]: (ask: Extract<Ask, { kind: Kind }>, report: Report) => Promise<Answers[Kind]>;
} = {
  async ping() {
    return null;
  },

  async open(_, report) {
    const model = sentenceModel(await filesOverHttp("model/", report));
    state = { model, encoder: model.load(), isTuned: false, head: undefined, vectors: new Map() };
    return { threads: runtime.info().threads };
  },

  async learn({ examples }) {
    return await learned(opened(), examples, performance.now());
  },

  async answer({ text }) {
    const own = opened();
    const vectors = await vectorsOf(own, [text]);
    return scope((): Answer => {
      if (own.head === undefined) throw new Error("Nothing has been learned yet.");
      const { linear, classes } = own.head;
      const row: Tensor = fromArray(vectors[0] ?? new Float32Array(), [1, own.encoder.bert.hiddenSize]);
      return { classes, probabilities: [...softmax(linear.forward(row), 1).data()] };
    });
  },

  async tune({ examples, iterations }, report) {
    const own = opened();
    const start = performance.now();
    tuning = new AbortController();
    try {
      const { head } = await setFit(
        own.encoder,
        own.model.tokenise,
        examples.map(({ text }) => text),
        examples.map(({ label }) => label),
        {
          iterations,
          generator: new Generator(1),
          signal: tuning.signal,
          onProgress: ({ step, steps, secondsLeft }) =>
            report({ share: step / steps, text: `step ${step} of ${steps} · ${timeLeft(secondsLeft)} left` }),
        },
      );
      head.dispose(); // the page's own is calibrated
      own.isTuned = true;
      own.vectors.clear();
      return await learned(own, examples, start);
    } finally {
      tuning = undefined;
    }
  },

  async cancel() {
    tuning?.abort(new Error("It was stopped, and the network is as it was."));
    return null;
  },

  async undo() {
    const own = opened();
    own.encoder.dispose();
    own.encoder = own.model.load();
    own.isTuned = false;
    own.vectors.clear();
    return null;
  },
};

async function learned(own: State, examples: readonly Example[], start: number): Promise<Learned> {
  const classes = [...new Set(examples.map(({ label }) => label))];
  const vectors = await vectorsOf(
    own,
    examples.map(({ text }) => text),
  );
  const size = own.encoder.bert.hiddenSize;
  const { head, accuracy } = scope(() => {
    const rows = new Float32Array(vectors.length * size);
    for (const [at, vector] of vectors.entries()) rows.set(vector, at * size);
    const features: Tensor = fromArray(rows, [vectors.length, size]);
    const truth: Tensor<Shape, "i32"> = fromArray(Int32Array.from(examples, ({ label }) => classes.indexOf(label)));
    return fewShotHead(features, truth);
  });
  own.head?.linear.dispose();
  own.head = { linear: head, classes };
  return { classes, accuracy, seconds: (performance.now() - start) / 1000, isTuned: own.isTuned };
}

/** Reads texts that it has not read yet. */
async function vectorsOf(own: State, texts: readonly string[]): Promise<Float32Array[]> {
  const fresh = [...new Set(texts)].filter((text) => !own.vectors.has(text));
  if (fresh.length > 0) {
    const vectors = await encodeTexts(own.encoder, own.model.tokenise, fresh);
    const size = own.encoder.bert.hiddenSize;
    const all = vectors.data();
    vectors.dispose();
    for (const [at, text] of fresh.entries()) own.vectors.set(text, all.slice(at * size, (at + 1) * size));
  }
  return texts.map((text) => own.vectors.get(text) ?? new Float32Array(own.encoder.bert.hiddenSize));
}

function timeLeft(seconds: number): string {
  return seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`;
}

/** What writes to the encoder or reads with it goes one after the other; a stop does not wait, nor the question whether it is alive. */
let last: Promise<unknown> = Promise.resolve();

addEventListener("message", ({ data }: MessageEvent<{ readonly id: number; readonly ask: Ask }>) => {
  const { id, ask } = data;
  const tell = (told: Told): void => postMessage(told);
  const run = async (): Promise<void> => {
    try {
      const act = does[ask.kind] as (ask: Ask, report: Report) => Promise<unknown>;
      tell({ id, result: await act(ask, (progress) => tell({ id, progress })) });
    } catch (error) {
      tell({ id, error: error instanceof Error ? error.message : String(error) });
    }
  };
  if (ask.kind === "cancel" || ask.kind === "ping") void run();
  else last = last.then(run);
});
