import { ValueError } from "@unfoldjs/tensor-core";
import { GELU, LeakyReLU, ReLU, Sigmoid, SiLU, Softplus, Tanh } from "../layers/activation.ts";
import { Dropout } from "../layers/dropout.ts";
import { Flatten, Identity } from "../layers/flatten.ts";
import { Linear } from "../layers/linear.ts";
import { Sequential } from "../layers/sequential.ts";
import { LogSoftmax, Softmax } from "../layers/softmax.ts";
import type { Module } from "../module/module.ts";

/** A class of modules. */
export type ModuleClass = new (...inputs: never[]) => Module;

/** The classes that files can name; this package's own are there from the start. */
const classes = new Map<string, ModuleClass>(
  Object.entries({
    Dropout,
    Flatten,
    GELU,
    Identity,
    LeakyReLU,
    Linear,
    LogSoftmax,
    ReLU,
    Sequential,
    Sigmoid,
    SiLU,
    Softmax,
    Softplus,
    Tanh,
  }),
);

/**
 * Lets `load` build modules of these classes, under the names they have in the record. Where a bundler shortens class
 * names, register before saving too.
 *
 * A class can be built again if its `config` gives its constructor's arguments.
 * @example register({ LeNet5, Conv2d });
 * @throws ValueError if a name is taken by another class
 */
export function register(named: Readonly<Record<string, ModuleClass>>): void {
  for (const [name, given] of Object.entries(named)) {
    const present = classes.get(name);
    if (present !== undefined && present !== given) {
      throw new ValueError(
        "register",
        { name },
        "another class has this name",
        "choose another name, and keep it: files hold it",
      );
    }
    classes.set(name, given);
  }
}

export function classNamed(name: string): ModuleClass | undefined {
  return classes.get(name);
}

/** The name that a class is registered under, or else its own. */
export function nameOf(module: Module): string {
  for (const [name, registered] of classes) if (registered === module.constructor) return name;
  return module.constructor.name;
}
