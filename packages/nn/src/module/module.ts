import { assertBoolean, assertFunction, checkOptions, truthValue } from "@unfoldjs/tensor-core";
import type { DType, Generator, Shape } from "@unfoldjs/tensor-core";
import {
  type AnyModule,
  type Argument,
  type ForwardHook,
  isModule,
  type Member,
  MODULE_BRAND,
  type NamedMember,
  type Selector,
} from "./any-module.ts";
import type { Buffer } from "./buffer.ts";
import { isBuffer } from "./buffer.ts";
import { addForwardHook, wrapForward } from "./forward.ts";
import { setFrozen } from "./freeze.ts";
import { generatorsOf } from "./generators.ts";
import { membersAmong, walk, withoutRepeats } from "./members.ts";
import { isParameter, type Parameter } from "./parameter.ts";
import { print } from "./print.ts";
import { loadInto, stateDictOf } from "./state-dict.ts";
import type { LoadReport, StateDict, StoredStateDict } from "./state.ts";
import { summarise } from "./summary.ts";
import type { Summary, SummaryOptions } from "./summary-table.ts";

/**
 * The base of layers and models: fields, a constructor, a `forward`.
 *
 * Fields that are `Parameter`s, `Buffer`s or modules, or arrays, plain records and Maps of these, at any depth, are its
 * members; nothing is registered, and what is in a #private field is not found. `forward` is a method, and runs in a scope:
 * tensors it makes are dropped when it returns, except those in its result (a tensor, or tensors in arrays and plain
 * records) and those given to `keep`. An error inside a model says in which layer it happened.
 *
 * Texts (`String(model)`, summaries, errors) call a class what it is called in the program. A bundler may shorten that:
 * `static name = "Classifier"` in the class stays.
 *
 * @example
 * class Classifier extends Module {
 *   hidden = new Linear(784, 128);
 *   output = new Linear(128, 10);
 *   override forward(x: Tensor): Tensor {
 *     return this.output.forward(relu(this.hidden.forward(x)));
 *   }
 * }
 */
export abstract class Module implements AnyModule {
  /** True while learning: dropout drops, running statistics run. Set by `train` and `eval`. */
  training = true;

  constructor() {
    wrapForward(this);
  }

  get brand(): typeof MODULE_BRAND {
    return MODULE_BRAND;
  }

  abstract forward(...inputs: never[]): unknown;

  /** The constructor's arguments, with which `load` builds it again. Undefined for a class that says nothing of them. */
  config(): readonly Argument[] | undefined {
    return undefined;
  }

  /**
   * What a state dict calls fields of this class, where that is not PyTorch's snake case of their names.
   * @example override stateKeys() { return { layerNorm: "LayerNorm", inProj: "inProj" }; }
   */
  stateKeys(): Readonly<Record<string, string>> {
    return {};
  }

  /** Parameters, buffers and modules that it holds itself, by field name (`heads.left`), in the order of its fields. */
  members(): Iterable<NamedMember> {
    return membersAmong(this);
  }

  /** Each parameter once, with its path (`features.0.weight`). */
  namedParameters(): [path: string, parameter: Parameter][] {
    return withoutRepeats(entriesOf(this, isParameter));
  }

  parameters(): Parameter[] {
    // For every step of a training loop: without the paths.
    const found = new Set<Parameter>();
    for (const [, member] of walk(this)) if (isParameter(member)) found.add(member);
    return [...found];
  }

  /** Each buffer once, with its path. */
  namedBuffers(): [path: string, buffer: Buffer<Shape, DType>][] {
    return withoutRepeats(entriesOf(this, isBuffer));
  }

  /** This module, with the path "", and each one below it once. */
  namedModules(): [path: string, module: AnyModule][] {
    return withoutRepeats([["", this], ...entriesOf(this, isModule)]);
  }

  /** The modules that it holds itself. */
  namedChildren(): [name: string, module: AnyModule][] {
    return [...this.members()].flatMap(([name, member]): [string, AnyModule][] =>
      isModule(member) ? [[name, member]] : [],
    );
  }

  /** The random number generators in fields of this module and those below, each once, with its path. */
  namedGenerators(): [path: string, generator: Generator][] {
    return generatorsOf(this);
  }

  /** Number of parameters' elements. */
  get parameterCount(): number {
    return this.parameters().reduce((sum, { size }) => sum + size, 0);
  }

  /** Sets this module and all below it to learning, or with `false` to use. */
  train(training = true): this {
    assertBoolean("train", "training", training);
    for (const [, module] of this.namedModules()) module.training = training;
    return this;
  }

  /** Sets this module and all below it to use: the same input gives the same result. */
  eval(): this {
    return this.train(false);
  }

  /**
   * Makes parameters constant: all of them, those of the first `n` children, those that patterns name, or those a function
   * chooses by path. In a pattern `*` is any letters of one part of a path, `**` any parts, `?` one letter, `{a,b}` one of several.
   * @example model.freeze(3); model.freeze(["features.{0,1}", "**.bias"]); model.freeze((path) => path.startsWith("features."))
   */
  freeze(which?: Selector): this {
    setFrozen(this, which, true);
    return this;
  }

  /** Undoes `freeze`. */
  unfreeze(which?: Selector): this {
    setFrozen(this, which, false);
    return this;
  }

  /** Parameters and buffers by their PyTorch names: live tensors, not copies. */
  stateDict(): StateDict {
    return stateDictOf(this);
  }

  /**
   * Copies the values in `dict` into this module's parameters and buffers.
   * @param dict by PyTorch names: tensors, or what a safetensors file holds; f16 and bf16 fill f32, exactly
   * @param options `strict: false` leaves out names that only one side has, and reports them
   * @throws ValueError that lists missing, unexpected and mis-shaped names; then nothing was changed
   */
  loadStateDict(dict: StateDict | StoredStateDict, options: { strict?: boolean } = {}): LoadReport {
    checkOptions("loadStateDict", options, { strict: truthValue });
    const { strict = true } = options;
    return loadInto(this, dict, strict);
  }

  /**
   * Calls `hook` after each forward of this module, with what came in and what it gave; `replace` has it give something else.
   * @returns a function that takes it off again
   * @example layer.onForward(({ output, replace }) => replace(stopGradient(output as Tensor)))
   */
  onForward(hook: ForwardHook): () => void {
    assertFunction("onForward", "hook", hook);
    return addForwardHook(this, hook);
  }

  /**
   * A table of layers with output shapes, parameters and multiply-adds, found by running zeros of `inputShape` through.
   * @example console.log(String(model.summary([1, 1, 28, 28])))
   */
  summary(inputShape: Shape, options?: SummaryOptions): Summary {
    return summarise(this, inputShape, options);
  }

  toString(): string {
    return print(this);
  }

  /** Gives the memory of all parameters and buffers back. */
  dispose(): void {
    for (const parameter of this.parameters()) parameter.dispose();
    for (const [, buffer] of this.namedBuffers()) buffer.dispose();
  }
}

function* entriesOf<M extends Member>(
  module: AnyModule,
  is: (member: Member) => member is M,
): Iterable<[path: string, member: M]> {
  for (const [path, member] of walk(module)) if (is(member)) yield [path, member];
}
