import type * as core from "@unfoldjs/tensor-core";
import * as kind from "../../kinds.ts";
import { call, type Rows } from "../../row.ts";
import { each } from "./operands.ts";

const forDispatch = {
  none: "for packages that build on dispatch: what an op is, and what it is given, is theirs to know",
};

const isCheck = { none: "a check of arguments: its own are written by who checks, and all others here go through it" };

/** Rows of checks of arguments, and dispatch. */
export const checks = {
  // What says of arguments that they are wrong
  ...each(["assertBoolean", "assertBytes", "assertFinite", "assertFunction", "assertGenerator", "assertList"], isCheck),
  ...each(["assertNamedTensors", "assertNumber", "assertOneOf", "assertPlain", "assertRecord", "assertShape"], isCheck),
  ...each(["assertString", "assertTensor", "assertTensors", "assertWhole", "checkOptions", "oneOf"], isCheck),
  ...each(
    ["aDType", "anyNumber", "checkedLater", "fromZero", "inCall", "nearest", "truthValue", "wrongArgument"],
    isCheck,
  ),
  describe: call({ value: kind.anything(1) }),
  isGenerator: call({ value: kind.anything(1) }),
  isUnfoldError: call({ value: kind.anything(1) }),

  // Dispatch
  apply: forDispatch,
  applyUpdate: forDispatch,
  reapply: forDispatch,
  costOf: forDispatch,
  defineOp: forDispatch,
  defineUpdate: forDispatch,
  currentHandlers: call({}),

  withHandler: forDispatch,
  withHandlers: forDispatch,
} satisfies Partial<Rows<typeof core>>;
