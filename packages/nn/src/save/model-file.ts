import {
  type DType,
  decodeSafetensors,
  encodeSafetensors,
  FormatError,
  scope,
  type Shape,
  type StoredTensor,
  type Tensor,
  ValueError,
  assertPlain,
  checkOptions,
  aDType,
  inCall,
} from "@unfoldjs/tensor-core";
import type { Module } from "../module/module.ts";
import { assertHoldsAll } from "../module/strangers.ts";
import type { Json } from "../state/state.ts";
import { build, describe } from "./description.ts";
import { type FileDType, storedAs } from "./half-size.ts";
import type { Layers } from "./layers.ts";
import { assertApart, once, tieAgain } from "./shared-tensors.ts";
import { assertModule } from "../module/assert-module.ts";

/** What this library's own metadata begin with. */
const TAKEN = "unfold.";
/** In the file's metadata: how to build the model. */
const MODEL = `${TAKEN}model`;
/** Tensors that are not the model's have names with this before them. No field's name can have a slash in it. */
export const APART = "/";

/** What else a model's file needs and holds. */
export interface EncodeOptions {
  /** The classes that are not of this package, by name; needed to read the file too. */
  readonly layers?: Layers;
  /** Further texts. Names that begin with "unfold." are taken. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** What f32 is stored as. "bf16" and "f16" halve the file; `load` makes f32 of them again. Default "f32". */
  readonly dtype?: FileDType;
}

/** What reading a model's file needs. */
export interface DecodeOptions {
  /** The classes that are not of this package, by the names that the file was written with. */
  readonly layers?: Layers;
}

/**
 * A model as a safetensors file: parameters and buffers under their PyTorch names, and how to build it in the metadata. One
 * that is in two places is written once, as PyTorch's `save_model` does, and is one again when the file is read.
 * A model whose `config` says nothing is written without the latter, for `loadStateDict`.
 * @throws ValueError if no record has one of its classes, it has nothing to write or ran layers that it does not hold, a
 * number does not fit `dtype`, or metadata has a name that is taken
 * @example import { layers } from "@unfoldjs/vision-layers"; encodeModel(model, { layers })
 */
export function encodeModel(model: Module, options: EncodeOptions = {}): Uint8Array {
  assertModule("encodeModel", "model", model);
  checkOptions("encodeModel", options, { layers: aRecord, metadata: aRecord, dtype: aDType });
  const { layers = {}, metadata = {}, dtype = "f32" } = options;
  const taken = Object.keys(metadata).find((name) => name.startsWith(TAKEN));
  if (taken !== undefined) {
    throw new ValueError(
      "encodeModel",
      { name: taken },
      `names that begin with "${TAKEN}" are taken`,
      "choose another",
    );
  }
  return encodeWith("encodeModel", model, layers, metadata, {}, dtype);
}

/**
 * The same with whatever metadata.
 * @param apart further tensors, whose names begin with "/"
 */
export function encodeWith(
  op: string,
  model: Module,
  layers: Layers,
  metadata: Readonly<Record<string, string>>,
  apart: Readonly<Record<string, Tensor<Shape, DType>>>,
  dtype: FileDType = "f32",
): Uint8Array {
  assertHoldsAll(op, model, new Set());
  const { tensors, aliases } = once(model.stateDict());
  assertApart(op, aliases, metadata);
  const description = describe(op, model, layers);
  if (description === undefined && Object.keys(tensors).length === 0) {
    throw new ValueError(
      op,
      { model: model.constructor.name },
      "the model has no parameters or buffers and does not say how it is built: the file would be empty",
      "hold layers in fields, or in arrays, plain records or Maps in fields",
    );
  }
  const texts = { ...metadata, ...aliases };
  const written = description === undefined ? texts : { ...texts, [MODEL]: JSON.stringify(description) };
  return inCall(op, () => scope(() => encodeSafetensors({ ...storedAs(op, tensors, dtype), ...apart }, written)));
}

/**
 * The model in a file that `encodeModel` or `save` made, built and filled.
 * @throws FormatError if the bytes are damaged, do not say how to build the model, or name a class that no record has
 */
export function decodeModel(bytes: Uint8Array, options: DecodeOptions = {}): Module {
  return decodeWith("decodeModel", bytes, options);
}

/** The same for the function `op`. */
export function decodeWith(op: string, bytes: Uint8Array, options: DecodeOptions): Module {
  checkOptions(op, options, { layers: aRecord });
  // Buffers come back as they went.
  const { tensors, metadata } = inCall(op, () => decodeSafetensors(bytes, { storage: "keep" }));
  const text = metadata[MODEL];
  if (text === undefined) {
    throw new FormatError(
      op,
      { tensors: tensors.size },
      "the file does not say how to build its model",
      "build the model yourself, then model.loadStateDict(decodeSafetensors(bytes).tensors)",
    );
  }
  return build(parseJson(text, MODEL), options.layers ?? {}, (model) => {
    const own = modelTensors(tensors);
    tieAgain(model, own, metadata);
    model.loadStateDict(own);
  });
}

function aRecord(op: string, name: string, value: unknown): void {
  assertPlain(op, name, value, "an object");
}

/** Those tensors of a file that are the model's. */
export function modelTensors(tensors: ReadonlyMap<string, StoredTensor>): ReadonlyMap<string, StoredTensor> {
  return new Map([...tensors].filter(([name]) => !name.startsWith(APART)));
}

/** @throws FormatError if a metadata text is not JSON */
export function parseJson(text: string, field: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    throw new FormatError(
      "load",
      { field, problem: String(cause) },
      "the file's metadata is damaged",
      "save it again",
      { cause },
    );
  }
}
