import {
  assertBytes,
  decodeSafetensors,
  describe,
  encodeSafetensors,
  FormatError,
  inCall,
  scope,
  type Shape,
  type StoredTensor,
  type Tensor,
  ValueError,
} from "@unfoldjs/tensor-core";
import { Vocabulary } from "../text/vocabulary.ts";
import { type Run, runOf } from "./run.ts";

/** In a checkpoint's metadata: all of it but the tensors. */
const FIELD = "unfold.words";

/** What a checkpoint says beside its tensors. */
export interface Saved {
  readonly settings: Readonly<Record<string, unknown>>;
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

/**
 * The model of a checkpoint's settings, whose tables are still to be filled. Settings are looked at before it asks for memory.
 * @param names of all settings @param table one of the tables that must fit them: (words and buckets, size)
 * @throws FormatError on settings that are none, or of another file
 */
export function modelOf<Model>(
  op: string,
  { settings, vocabulary, tensors }: Saved,
  { names, table }: { readonly names: readonly string[]; readonly table: string },
  make: () => Model,
): Model {
  const missing = names.find((name) => !(name in settings));
  if (missing !== undefined)
    throw new FormatError(op, { settings: Object.keys(settings).join(" "), missing }, "the checkpoint lacks a setting");
  const { vectorSize, buckets = 0 } = settings;
  const { shape } = tensors.get(table) ?? {};
  if (shape?.length !== 2 || shape[0] !== vocabulary.size + Number(buckets) || shape[1] !== vectorSize) {
    const came = { [table]: shape ?? "missing", words: vocabulary.size, vectorSize: String(vectorSize) };
    throw new FormatError(op, came, `the checkpoint's ${table} does not fit its settings`);
  }
  try {
    return inCall(op, make);
  } catch (cause) {
    if (!(cause instanceof ValueError)) throw cause;
    throw new FormatError(op, { problem: cause.message }, "the checkpoint's settings make no sense", undefined, {
      cause,
    });
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
  const { settings } = fields;
  if (typeof settings !== "object" || settings === null || Array.isArray(settings))
    throw new FormatError(op, { settings: describe(settings) }, "the checkpoint has no settings");
  return { settings: { ...settings }, vocabulary, run: runOf(op, fields["run"]), tensors };
}
