import {
  type DType,
  decodeSafetensors,
  encodeSafetensors,
  FormatError,
  type Shape,
  type StoredTensor,
  type Tensor,
  ValueError,
} from "@unfoldjs/tensor-core";
import type { Module } from "../module/module.ts";
import type { Json } from "../state/state.ts";
import { build, describe } from "./description.ts";

/** In the file's metadata: how to build the model. */
const MODEL = "unfold.model";
/** Tensors that are not the model's have names with this before them. No field's name can have a slash in it. */
export const APART = "/";

/**
 * A model as a safetensors file: parameters and buffers under their PyTorch names, and how to build it in the metadata.
 * @param metadata further texts; names from "unfold." on are taken
 * @param apart further tensors, whose names begin with "/"
 * @throws ValueError on metadata whose name is taken
 */
export function encodeModel(
  model: Module,
  metadata: Readonly<Record<string, string>> = {},
  apart: Readonly<Record<string, Tensor<Shape, DType>>> = {},
): Uint8Array {
  if (MODEL in metadata)
    throw new ValueError("encodeModel", { name: MODEL }, "this name is kept for how to build the model");
  const description = describe(model);
  const described = description === undefined ? metadata : { ...metadata, [MODEL]: JSON.stringify(description) };
  return encodeSafetensors({ ...model.stateDict(), ...apart }, described);
}

/**
 * The model in a file that `encodeModel` or `save` made, built and filled.
 * @throws FormatError if the bytes are damaged, do not say how to build the model, or name a class that is not registered
 */
export function decodeModel(bytes: Uint8Array): Module {
  const { tensors, metadata } = decodeSafetensors(bytes);
  const text = metadata[MODEL];
  if (text === undefined) {
    throw new FormatError(
      "load",
      { tensors: tensors.size },
      "the file does not say how to build its model",
      "build the model yourself, then model.loadStateDict(decodeSafetensors(bytes).tensors)",
    );
  }
  const model = build(parseJson(text, MODEL));
  try {
    model.loadStateDict(modelTensors(tensors));
  } catch (error) {
    model.dispose();
    throw error;
  }
  return model;
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
