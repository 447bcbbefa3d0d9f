import {
  assertBytes,
  decodeSafetensors,
  encodeSafetensors,
  FormatError,
  inCall,
  scope,
  type Shape,
  type StoredTensor,
  type Tensor,
} from "@unfoldjs/tensor-core";
import { Vocabulary } from "../text/vocabulary.ts";
import { type Run, runOf } from "./run.ts";

/** In a checkpoint's metadata: all of it but the tensors. */
const FIELD = "unfold.words";

/** What a checkpoint says beside its tensors. */
export interface Saved {
  readonly settings: unknown;
  readonly vocabulary: Vocabulary;
  readonly run: Run;
  readonly tensors: ReadonlyMap<string, StoredTensor>;
}

/** A model and where its training is, as a file. */
export function writeCheckpoint(
  op: string,
  tensors: Readonly<Record<string, Tensor>>,
  said: { readonly kind: string; readonly settings: object; readonly vocabulary: Vocabulary; readonly run: Run },
): Uint8Array<ArrayBuffer> {
  return inCall(op, () => encodeSafetensors(tensors, { [FIELD]: JSON.stringify(said) }));
}

/** Fills tables from a checkpoint; those that are not there are none of the model's. @throws FormatError on one that does not fit */
export function fillFrom(
  op: string,
  tensors: ReadonlyMap<string, StoredTensor>,
  tables: Readonly<Record<string, Tensor | undefined>>,
): void {
  for (const [name, table] of Object.entries(tables)) {
    if (table === undefined) continue;
    const stored = tensors.get(name);
    if (stored === undefined || stored.shape.join() !== table.shape.join()) {
      const came = { [name]: stored?.shape ?? "missing", wanted: table.shape };
      throw new FormatError(op, came, `the checkpoint's ${name} does not fit its settings`);
    }
    scope(() => inCall(op, () => table.assign(stored.tensor() as Tensor<Shape, "f32">)));
  }
}

/** What a checkpoint holds. @throws FormatError unless it is one of a `kind` */
export function readCheckpoint(op: string, kind: string, bytes: Uint8Array): Saved {
  assertBytes(op, "bytes", bytes);
  const { tensors, metadata } = inCall(op, () => decodeSafetensors(bytes));
  const text = metadata[FIELD];
  if (text === undefined)
    throw new FormatError(op, { tensors: tensors.size }, "the file is no checkpoint of word vectors");
  let fields: Record<string, unknown>;
  try {
    fields = (JSON.parse(text) ?? {}) as Record<string, unknown>;
  } catch (error) {
    throw new FormatError(op, { [FIELD]: text.slice(0, 50) }, "what the checkpoint says is no JSON", undefined, {
      cause: error,
    });
  }
  if (fields["kind"] !== kind) {
    throw new FormatError(
      op,
      { kind: String(fields["kind"]) },
      `the checkpoint is not of a ${kind}`,
      `${String(fields["kind"])}.resume(bytes)`,
    );
  }
  const vocabulary = inCall(op, () => Vocabulary.parse(JSON.stringify(fields["vocabulary"] ?? null)));
  return { settings: fields["settings"], vocabulary, run: runOf(op, fields["run"]), tensors };
}
