import {
  assign,
  cast,
  type DType,
  isTensor,
  scope,
  type Shape,
  type StoredTensor,
  type Tensor,
  ValueError,
  assertRecord,
} from "@unfoldjs/tensor-core";
import { type AnyModule, isModule } from "./any-module.ts";
import { isBuffer } from "./buffer.ts";
import { walk } from "./members.ts";
import { nearestNames } from "./nearest-names.ts";
import type { LoadReport, StateDict, StoredStateDict } from "./state.ts";
import { type Pair, refusal } from "./state-fault.ts";
import { stateKey } from "./state-key.ts";

/**
 * The live tensors, not copies. One that is used in two places is there under both names, as in PyTorch.
 * @throws ValueError if two have one name, such as `inProj` beside `in_proj`
 */
export function stateDictOf(module: AnyModule): StateDict {
  const dict = new Map<string, Tensor<Shape, DType>>();
  for (const [key, member] of walk(module, ([path, , ownKey = stateKey(path)]) => ownKey)) {
    if (isModule(member) || (isBuffer(member) && !member.persistent)) continue;
    if ((dict.get(key) ?? member) !== member) {
      throw new ValueError(
        "stateDict",
        { key },
        "two members have this key, so one of them would be lost",
        "rename one of them, or give it another key: stateKeys() { return { field: key } }",
      );
    }
    dict.set(key, member);
  }
  return Object.fromEntries(dict);
}

/**
 * Copies the values of `dict` into a module's parameters and buffers; see `Module.loadStateDict`. A tensor that the module
 * has under several names needs one of them: so PyTorch's `save_model` writes tied weights.
 */
export function loadInto(module: AnyModule, dict: StateDict | StoredStateDict, strict: boolean): LoadReport {
  return scope(() => {
    const { pairs, missing, unexpected } = pairUp(module, dict, strict);
    for (const { target, source } of pairs) scope(() => assign(target, cast(source, target.dtype)));
    const nearest = nearestNames(missing, unexpected);
    return { missing, unexpected, ...(Object.keys(nearest).length > 0 && { nearest }) };
  });
}

/** @throws ValueError if the dict does not fit, as `loadInto` would; changes nothing */
export function assertLoadable(module: AnyModule, dict: StateDict): void {
  scope(() => void pairUp(module, dict, true));
}

/** The tensors of a file, made new. */
export function tensorsOf(dict: StoredStateDict): StateDict {
  return Object.fromEntries(Array.from(dict, ([name, stored]) => [name, stored.tensor()]));
}

/** Which tensor goes where. @throws ValueError if the dict does not fit */
function pairUp(
  module: AnyModule,
  dict: StateDict | StoredStateDict,
  strict: boolean,
): LoadReport & { readonly pairs: readonly Pair[] } {
  assertRecord("loadStateDict", "state", dict, "tensors by name: a record, or what decodeSafetensors gives as tensors");
  const came = new Map<string, Tensor<Shape, DType> | StoredTensor>(isStored(dict) ? dict : Object.entries(dict));
  const own = Object.entries(stateDictOf(module));
  const filled = new Set(own.flatMap(([key, target]) => (came.has(key) ? [target] : [])));
  const missing = own.flatMap(([key, target]) => (filled.has(target) ? [] : [key]));
  const known = new Set(own.map(([key]) => key));
  const unexpected = [...came.keys()].filter((key) => !known.has(key));
  const pairs = own.flatMap(([key, target]): Pair[] => {
    const source = came.get(key);
    return source === undefined ? [] : [{ key, target, source: isTensor(source) ? source : source.tensor() }];
  });
  const unfit = pairs.filter(({ target, source }) => !fits(target, source));
  const fault = refusal(module, missing, unexpected, unfit, strict);
  if (fault !== undefined) throw fault;
  for (const { source } of pairs) source.assertLive("loadStateDict");
  assertAgree(pairs);
  return { pairs, missing, unexpected };
}

function isStored(dict: StateDict | StoredStateDict): dict is StoredStateDict {
  return dict instanceof Map;
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

/** @throws ValueError if one tensor of the module would be filled from two that differ: one of them would be lost */
function assertAgree(pairs: readonly Pair[]): void {
  const first = new Map<Tensor<Shape, DType>, Pair>();
  for (const pair of pairs) {
    const before = first.get(pair.target);
    if (before === undefined) first.set(pair.target, pair);
    else if (!equal(before.source, pair.source)) {
      throw new ValueError(
        "loadStateDict",
        { keys: `${before.key}, ${pair.key}` },
        "the module has one tensor under these names, and the state dict has two that differ; nothing was changed",
        "build a module that does not share them, or leave one of the names out",
      );
    }
  }
}

function equal(a: Tensor<Shape, DType>, b: Tensor<Shape, DType>): boolean {
  if (a === b) return true;
  const [left, right] = [cast(a, "f32").data(), cast(b, "f32").data()];
  return left.every((value, i) => Object.is(value, right[i]));
}
