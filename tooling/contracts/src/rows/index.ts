import type { Row } from "../row.ts";
import { autogradRows } from "./autograd.ts";
import { corpusRows } from "./embeddings-corpus.ts";
import { datasetRows } from "./datasets.ts";
import { decodingRows } from "./decoding.ts";
import { embeddingRows } from "./embeddings.ts";
import { embeddingsTextRows } from "./embeddings-text.ts";
import { inspectRows } from "./inspect.ts";
import { nnRows } from "./nn.ts";
import { pictureRows } from "./pictures.ts";
import { sequenceRows } from "./sequence-layers.ts";
import { tensorCore } from "./tensor-core/index.ts";
import { tfjsRows } from "./tfjs.ts";
import { visionRows } from "./vision-layers.ts";

type Name =
  | "tensor-core"
  | "autograd"
  | "nn"
  | "datasets"
  | "vision-layers"
  | "pictures"
  | "inspect"
  | "tfjs"
  | "sequence-layers"
  | "embeddings"
  | "embeddings-text"
  | "corpus"
  | "decoding";

/** The rows of each package. */
export const packages: Readonly<Record<Name, Readonly<Record<string, Row>>>> = {
  "tensor-core": tensorCore,
  autograd: autogradRows,
  nn: nnRows,
  datasets: datasetRows,
  "vision-layers": visionRows,
  // @unfoldjs/vision-layers/pictures
  pictures: pictureRows,
  // @unfoldjs/vision-layers/inspect
  inspect: inspectRows,
  // @unfoldjs/vision-layers/tfjs
  tfjs: tfjsRows,
  "sequence-layers": sequenceRows,
  embeddings: embeddingRows,
  // @unfoldjs/embeddings/text
  "embeddings-text": embeddingsTextRows,
  // @unfoldjs/embeddings/corpus
  corpus: corpusRows,
  decoding: decodingRows,
};
