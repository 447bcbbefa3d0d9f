import type * as core from "@unfoldjs/tensor-core";
import { encodeNpy, encodeNpz, encodeSafetensors, scope, tensor } from "@unfoldjs/tensor-core";
import * as kind from "../../kinds.ts";
import { pyTorchFile } from "../../pytorch-file.ts";
import { call, type Rows } from "../../row.ts";

const { optional, options } = kind;

/** Bytes of a file: others are no file, which is said when they are read. */
const file = (write: () => Uint8Array): kind.Kind => kind.given(write, "a Uint8Array");
const readOptions = options({ storage: kind.word("keep") });

const named = kind.given(() => ({ x: tensor([1, 2]) }), "an empty object", "an object without a prototype");

/** Rows of files. */
export const files = {
  foreign: { none: "for readers of files, which give it bytes that they could not read" },
  unpickle: { none: "for readers of files, which give it what they checked: those of PyTorch and gensim are called" },
  decodeNpy: call({ bytes: file(() => scope(() => encodeNpy(tensor([1, 2])))), options: readOptions }),
  decodeNpz: call({ bytes: file(() => scope(() => encodeNpz({ x: tensor([1, 2]) }))), options: readOptions }),
  decodePyTorch: call({ bytes: file(pyTorchFile), options: readOptions }),
  decodeSafetensors: call({
    bytes: file(() => scope(() => encodeSafetensors({ x: tensor([1, 2]) }))),
    options: readOptions,
  }),
  encodeNpz: call({ tensors: named, options: options({ compress: kind.truth() }) }),
  encodeSafetensors: call({
    tensors: named,
    metadata: optional(kind.given(() => ({ by: "test" }), "an empty object", "an object without a prototype")),
  }),
} satisfies Partial<Rows<typeof core>>;
