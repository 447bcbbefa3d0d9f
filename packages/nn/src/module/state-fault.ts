import { type DType, type Evidence, type Shape, type Tensor, ValueError } from "@unfoldjs/tensor-core";
import type { AnyModule } from "./any-module.ts";
import { commonFirstPart, nearestNames } from "./nearest-names.ts";

/** A tensor of a module, and what is to fill it. */
export interface Pair {
  readonly key: string;
  readonly target: Tensor<Shape, DType>;
  readonly source: Tensor<Shape, DType>;
}

/** Names shown of each kind of fault; a wrong model has hundreds. */
const SHOWN = 8;

/** What is wrong with a state dict for a module, all at once; undefined if nothing is. */
export function refusal(
  module: AnyModule,
  missing: readonly string[],
  unexpected: readonly string[],
  unfit: readonly Pair[],
  strict: boolean,
): ValueError | undefined {
  const misnamed = strict && missing.length + unexpected.length > 0;
  if (unfit.length === 0 && !misnamed) return undefined;
  const near = Object.entries(nearestNames(missing, unexpected)).map(([key, other]) => `${other} for ${key}`);
  const lists = {
    missing: listed(missing),
    unexpected: listed(unexpected),
    nearest: listed(near),
    unfit: listed(unfit.map(describe), "; "),
  };
  const present: [string, Evidence][] = Object.entries(lists).filter(([, text]) => text !== "");
  return new ValueError(
    "loadStateDict",
    { module: module.constructor.name, ...Object.fromEntries(present) },
    unfit.length > 0
      ? "the state dict has tensors of other shapes or dtypes than the module; nothing was changed"
      : "the state dict and the module must have the same names; nothing was changed",
    [...adviceOnValues(unfit), ...(misnamed ? adviceOnNames(missing, unexpected) : [])].join("; "),
  );
}

function describe({ key, target, source }: Pair): string {
  return `${key} is ${source.dtype} [${source.shape.join(", ")}], wanted ${target.dtype} [${target.shape.join(", ")}]`;
}

function listed(names: readonly string[], separator = ", "): string {
  const shown = names.slice(0, SHOWN).join(separator);
  return names.length > SHOWN ? `${shown}${separator}and ${names.length - SHOWN} more` : shown;
}

function adviceOnValues(unfit: readonly Pair[]): string[] {
  const advice: string[] = [];
  const sameShape = ({ target, source }: Pair): boolean => target.shape.join() === source.shape.join();
  if (!unfit.every(sameShape)) advice.push("build the module with the sizes and options it was saved with");
  const other = unfit.find((pair) => sameShape(pair) && pair.source.dtype !== pair.target.dtype);
  if (other !== undefined) {
    const { key, target, source } = other;
    const quantised = target.dtype === "f32" && source.dtype !== "bool";
    advice.push(
      `convert what is of another dtype, if its numbers are the values meant: { ...dict, "${key}": tensor.to("${target.dtype}") }` +
        (quantised ? "; quantised weights must be multiplied by their scale first" : ""),
    );
  }
  return advice;
}

function adviceOnNames(missing: readonly string[], unexpected: readonly string[]): string[] {
  const first = commonFirstPart(missing, unexpected);
  if (first !== undefined) {
    return [
      `all names in the dict begin with "${first}.", those of the module do not: take it off, as loadPyTorch(model, file, { within: "${first}" }) does`,
    ];
  }
  const plain = (key: string): string => key.replaceAll("_", "").toLowerCase();
  const alike = missing.flatMap((key) => {
    const other = unexpected.find((candidate) => plain(candidate) === plain(key));
    return other === undefined ? [] : [[key, other] as const];
  });
  const [pair] = alike;
  if (pair !== undefined) {
    return [
      `name fields as the dict has them ("${pair[1]}" for "${pair[0]}"): stateKeys() { return { field: key } } in the class that holds it`,
    ];
  }
  return [
    "build the module with the options it was saved with, or pass { strict: false } to load only the names that both have",
  ];
}
