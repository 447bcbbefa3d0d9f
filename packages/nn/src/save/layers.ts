import { ValueError } from "@unfoldjs/tensor-core";
import { GELU, LeakyReLU, ReLU, Sigmoid, SiLU, Softplus, Tanh } from "../layers/activation.ts";
import { Dropout } from "../layers/dropout.ts";
import { Embedding } from "../layers/embedding.ts";
import { EmbeddingBag } from "../layers/embedding-bag.ts";
import { Flatten, Identity } from "../layers/flatten.ts";
import { LayerNorm } from "../layers/layer-norm.ts";
import { RMSNorm } from "../layers/rms-norm.ts";
import { Linear } from "../layers/linear.ts";
import { Sequential } from "../layers/sequential.ts";
import { LogSoftmax, Softmax } from "../layers/softmax.ts";
import { CrossEntropyLoss } from "../losses/cross-entropy.ts";
import { MSELoss } from "../losses/mse.ts";
import type { Module } from "../module/module.ts";

/** A class of modules. */
export type ModuleClass = new (...inputs: never[]) => Module;

/**
 * Classes of modules by the names that files have for them, as packages of layers export one (`layers`). A class can be
 * built again if its `config` gives its constructor's arguments. Names are keys and not what classes are called, since
 * bundlers shorten that: keep a key once files hold it.
 * @example const layers = { ...visionLayers, MyNet };
 */
export type Layers = Readonly<Record<string, ModuleClass>>;

/** Those of this package. */
const OWN: Layers = {
  CrossEntropyLoss,
  Dropout,
  Embedding,
  EmbeddingBag,
  Flatten,
  GELU,
  Identity,
  LayerNorm,
  LeakyReLU,
  Linear,
  LogSoftmax,
  MSELoss,
  ReLU,
  RMSNorm,
  Sequential,
  Sigmoid,
  SiLU,
  Softmax,
  Softplus,
  Tanh,
};

/**
 * This package's classes and those given, by name.
 * @throws ValueError if a value is no class, or a name is that of one of this package's
 */
export function knownLayers(op: string, given: Layers): ReadonlyMap<string, ModuleClass> {
  for (const [name, layer] of Object.entries(given)) {
    if (typeof layer !== "function") {
      throw new ValueError(
        op,
        { name, came: typeof layer },
        "layers must be classes of modules by name",
        "pass the record that a package exports as layers, or { MyNet } of your own classes",
      );
    }
    if (Object.hasOwn(OWN, name) && OWN[name] !== layer) {
      throw new ValueError(op, { name }, "a class of @unfoldjs/nn has this name", "choose another key, and keep it");
    }
  }
  return new Map([...Object.entries(OWN), ...Object.entries(given)]);
}
