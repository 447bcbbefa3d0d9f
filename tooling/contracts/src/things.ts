import { Linear } from "@unfoldjs/nn";
import { tensor, zeros } from "@unfoldjs/tensor-core";

/** Names of the things. */
export type Thing =
  | "undefined"
  | "null"
  | "true"
  | "false"
  | "zero"
  | "two"
  | "minus seven"
  | "half"
  | "NaN"
  | "Infinity"
  | "2 ** 40"
  | "a bigint"
  | "an empty string"
  | "a word"
  | "a symbol"
  | "a function"
  | "an async function"
  | "a class"
  | "an empty array"
  | "an array of numbers"
  | "an array of arrays"
  | "an array of words"
  | "an array with holes"
  | "an empty object"
  | "an object with an unknown field"
  | "an object without a prototype"
  | "a Date"
  | "a Map"
  | "a Set"
  | "an Error"
  | "a promise"
  | "a promise that fails"
  | "a structured clone of a tensor"
  | "a BigInt64Array"
  | "a Float32Array"
  | "a Uint8Array"
  | "an ArrayBuffer"
  | "a module"
  | "a tensor"
  | "a scalar tensor"
  | "a tensor without elements"
  | "a tensor of i32"
  | "a tensor of bool"
  | "a tensor of f16"
  | "a disposed tensor";

/**
 * What people pass by mistake, by name: made anew for each call. Tensors among them are given back by whoever asked.
 * Numbers stand among them too: a number is wrong where a tensor or a function belongs.
 */
export const things: Readonly<Record<Thing, () => unknown>> = {
  undefined: () => undefined,
  null: () => null,
  true: () => true,
  false: () => false,
  zero: () => 0,
  two: () => 2,
  "minus seven": () => -7,
  half: () => 0.5,
  NaN: () => NaN,
  Infinity: () => Infinity,
  "2 ** 40": () => 2 ** 40,
  "a bigint": () => 2n,
  "an empty string": () => "",
  "a word": () => "there is no such thing",
  "a symbol": () => Symbol("wrong"),
  "a function": () => () => undefined,
  "an async function": () => async () => await Promise.resolve(),
  "a class": () =>
    class Wrong {
      readonly field = 1;
    },
  "an empty array": () => [],
  "an array of numbers": () => [1, 2],
  "an array of arrays": () => [
    [1, 2],
    [3, 4],
  ],
  "an array of words": () => ["1", "2"],
  "an array with holes": () => new Array<number>(2),
  "an empty object": () => ({}),
  "an object with an unknown field": () => ({ thereIsNoSuchOption: 1 }),
  "an object without a prototype": (): unknown => Object.create(null),
  "a Date": () => new Date(0),
  "a Map": () => new Map([["a", 1]]),
  "a Set": () => new Set([1, 2]),
  "an Error": () => new Error("passed on"),
  "a promise": () => Promise.resolve(2),
  "a promise that fails": () => {
    const failing = Promise.reject(new Error("a promise of the test's own"));
    failing.catch(() => {}); // whoever waits for it still hears of it
    return failing;
  },
  "a structured clone of a tensor": () => {
    const x = tensor([1, 2]);
    const { shape, strides, dtype, size, id, offset } = x;
    x.dispose();
    return structuredClone({ id, dtype, shape, strides, offset, size, storage: { pointer: 64, bytes: 8 } });
  },
  "a BigInt64Array": () => new BigInt64Array(2),
  "a Float32Array": () => new Float32Array(2),
  "a Uint8Array": () => new Uint8Array(2),
  "an ArrayBuffer": () => new ArrayBuffer(8),
  "a module": () => new Linear(2, 2),
  "a tensor": () => tensor([1, 2]),
  "a scalar tensor": () => tensor(2),
  "a tensor without elements": () => zeros([0, 2]),
  "a tensor of i32": () => tensor([1, 1], "i32"),
  "a tensor of bool": () => tensor([true, false]),
  "a tensor of f16": () => tensor([1, 2], "f16"),
  "a disposed tensor": () => {
    const x = tensor([1, 2]);
    x.dispose();
    return x;
  },
};

export const thingNames: readonly Thing[] = Object.keys(things) as Thing[];
