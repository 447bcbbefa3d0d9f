import {
  assign,
  cast,
  type DType,
  type Evidence,
  scope,
  type Shape,
  type StoredTensor,
  type Tensor,
  ValueError,
} from "@unfoldjs/tensor-core";
import { isBuffer } from "./buffer.ts";
import { isModule, walk } from "./members.ts";
import type { Module } from "./module.ts";
import { stateKey } from "./state-key.ts";

/** Parameters and buffers by their PyTorch names: `features.0.weight`, `bn.running_mean`. */
export type StateDict = Readonly<Record<string, Tensor<Shape, DType>>>;

/** Tensors by name as they lie in a file: `decodeSafetensors(bytes).tensors`. */
export type StoredStateDict = ReadonlyMap<string, StoredTensor>;

/** What `loadStateDict` did not use, or could not fill; both empty if it was strict. */
export interface LoadReport {
  /** In the module, not in the dict: left as they were. */
  readonly missing: readonly string[];
  /** In the dict, not in the module: ignored. */
  readonly unexpected: readonly string[];
}

/**
 * The live tensors, not copies. One that is used in two places is there under both names, as in PyTorch.
 * @throws ValueError if two have one name, such as `inProj` beside `in_proj`
 */
export function stateDictOf(module: Module): StateDict {
  const dict: Record<string, Tensor<Shape, DType>> = {};
  for (const [key, member] of walk(module, ([path, , ownKey = stateKey(path)]) => ownKey)) {
    if (isModule(member) || (isBuffer(member) && !member.persistent)) continue;
    if (dict[key] !== undefined && dict[key] !== member) {
      throw new ValueError(
        "stateDict",
        { key },
        "two members have this key",
        "rename one of them, or give it a stateKey",
      );
    }
    dict[key] = member;
  }
  return dict;
}

/** Copies the values of `dict` into a module's parameters and buffers; see `Module.loadStateDict`. */
export function loadInto(module: Module, dict: StateDict | StoredStateDict, strict: boolean): LoadReport {
  if (!isStored(dict)) return copyInto(module, dict, strict);
  return scope(() =>
    copyInto(module, Object.fromEntries(Array.from(dict, ([name, stored]) => [name, stored.tensor()])), strict),
  );
}

function isStored(dict: StateDict | StoredStateDict): dict is StoredStateDict {
  return dict instanceof Map;
}

function copyInto(module: Module, dict: StateDict, strict: boolean): LoadReport {
  const own = stateDictOf(module);
  const missing = Object.keys(own).filter((key) => dict[key] === undefined);
  const unexpected = Object.keys(dict).filter((key) => own[key] === undefined);
  const pairs = Object.entries(own).flatMap(([key, target]) => {
    const source = dict[key];
    return source === undefined ? [] : [{ key, target, source }];
  });
  const unfit = pairs.filter(({ target, source }) => !fits(target, source));
  if (unfit.length > 0 || (strict && missing.length + unexpected.length > 0)) {
    throw new ValueError(
      "loadStateDict",
      complaint(module, missing, unexpected, unfit),
      rule(strict, unfit.length > 0),
      FIX,
    );
  }
  for (const { source } of pairs) source.assertLive("loadStateDict");
  for (const { target, source } of pairs) scope(() => assign(target, cast(source, target.dtype)));
  return { missing, unexpected };
}

interface Pair {
  readonly key: string;
  readonly target: Tensor<Shape, DType>;
  readonly source: Tensor<Shape, DType>;
}

/** Each of their values is an f32: models in half precision fill f32 parameters. */
const HALVES: ReadonlySet<DType> = new Set<DType>(["f16", "bf16"]);

function fits(target: Tensor<Shape, DType>, source: Tensor<Shape, DType>): boolean {
  return (
    (target.dtype === source.dtype || (target.dtype === "f32" && HALVES.has(source.dtype))) &&
    target.shape.length === source.shape.length &&
    target.shape.every((size, axis) => size === source.shape[axis])
  );
}

function rule(strict: boolean, unfit: boolean): string {
  if (unfit) return "the state dict has tensors of other shapes or dtypes than the module; nothing was changed";
  return strict ? "the state dict and the module must have the same names; nothing was changed" : "";
}

const FIX =
  "build the module with the options it was saved with, or pass { strict: false } to load only the names that both have";
/** Names shown of each kind of fault; a wrong model has hundreds. */
const SHOWN = 8;

function complaint(
  module: Module,
  missing: readonly string[],
  unexpected: readonly string[],
  unfit: readonly Pair[],
): Record<string, Evidence> {
  const describe = ({ key, target, source }: Pair): string =>
    `${key} is ${source.dtype} [${source.shape.join(", ")}], wanted ${target.dtype} [${target.shape.join(", ")}]`;
  const lists = {
    missing: listed(missing),
    unexpected: listed(unexpected),
    unfit: listed(unfit.map(describe), "; "),
  };
  const present = Object.entries(lists).filter(([, text]) => text !== "");
  return { module: module.constructor.name, ...Object.fromEntries(present) };
}

function listed(names: readonly string[], separator = ", "): string {
  const shown = names.slice(0, SHOWN).join(separator);
  return names.length > SHOWN ? `${shown}${separator}and ${names.length - SHOWN} more` : shown;
}
