import { noGrad } from "@unfoldjs/autograd";
import { type AnyModule, isModule, Parameter } from "@unfoldjs/nn";
import {
  assertShape,
  type Handler,
  inCall,
  isTensor,
  scope,
  type Shape,
  type Tensor,
  withHandler,
  wrongArgument,
  zeros,
} from "@unfoldjs/tensor-core";
import { BatchNorm2d } from "../layers/batch-norm.ts";
import { Conv2d } from "../layers/conv2d.ts";

/** A convolution and the batch norm that it took in, by their paths. */
export interface Folded {
  readonly conv: string;
  readonly norm: string;
}

/**
 * Takes batch norms into the convolutions before them, for use: with running statistics a batch norm multiplies and shifts each
 * channel, which the convolution's weights and bias can do as well. The results are the same up to rounding, with a pass
 * over each picture less. Which convolution a norm belongs to is found by running zeros of `inputShape` through: it is
 * the one whose result goes to this norm and nowhere else, and out of the model neither. Where one of the two shares weights or
 * statistics with another layer, or the model computes something else of them, both stay as they are.
 *
 * The model itself is changed, and set to use (`eval()`): norms that were taken in pass on what they get, and convolutions have a bias
 * that they had not. So its constructor no longer makes it, and `save` writes its weights alone. To read them, make the model, fold it,
 * and then `loadStateDict`; or save before it is folded.
 *
 * @param model PyTorch's `fuse_conv_bn_eval`, for all pairs of a model @param inputShape as `summary` takes it
 * @returns what was folded; norms that are not there stay as they are
 * @throws ValueError if there is no model, and what the model's forward throws
 * @example foldBatchNorm(model, [1, 3, 224, 224])
 */
export function foldBatchNorm(model: AnyModule, inputShape: Shape): readonly Folded[] {
  if (!isModule(model)) throw wrongArgument("foldBatchNorm", "model", model, "a module");
  assertShape("foldBatchNorm", "inputShape", inputShape);
  model.eval();
  const pairs = pairsOf(model, inputShape);
  const paths = new Map(model.namedModules().map(([path, module]) => [module, path]));
  const widened = new Set<AnyModule>(pairs.filter(([conv]) => conv.bias === undefined).map(([conv]) => conv));
  for (const [conv, norm] of pairs) fold(conv, norm);
  for (const [, module] of model.namedModules()) {
    if (module.namedModules().some(([, held]) => widened.has(held))) hideConfig(module);
  }
  return pairs.map(([conv, norm]) => ({ conv: paths.get(conv) ?? "", norm: paths.get(norm) ?? "" }));
}

/** What became of a convolution's result. */
interface Use {
  readonly conv: Conv2d;
  norm: BatchNorm2d | undefined;
  uses: number;
}

function pairsOf(model: AnyModule, inputShape: Shape): [conv: Conv2d, norm: BatchNorm2d][] {
  const uses = new Map<unknown, Use>();
  const runs = new Map<unknown, number>();
  const reads = new Map<unknown, number>();
  const removers = model.namedModules().map(([, module]) =>
    module.onForward(({ inputs: [x], output }) => {
      runs.set(module, (runs.get(module) ?? 0) + 1);
      if (module instanceof Conv2d) uses.set(output, { conv: module, norm: undefined, uses: 0 });
      const use = uses.get(x);
      if (module instanceof BatchNorm2d && use !== undefined) use.norm = module;
    }),
  );
  const counter: Handler = {
    name: "foldBatchNorm",
    handle: ({ inputs }, next) => {
      for (const input of Object.values(inputs)) {
        const use = uses.get(input);
        if (use !== undefined) use.uses++;
        reads.set(input, (reads.get(input) ?? 0) + 1);
      }
      return next();
    },
  };
  try {
    const forward = model.forward as (x: Tensor) => unknown;
    noGrad(() =>
      withHandler(counter, () =>
        scope(() => {
          const x = inCall("foldBatchNorm", () => zeros<Shape>(inputShape));
          for (const given of within(forward.call(model, x))) {
            const use = uses.get(given);
            if (use !== undefined) use.uses++;
          }
        }),
      ),
    );
  } finally {
    for (const remove of removers) remove();
  }
  const holders = holdersIn(model);
  const isAlone = (layer: AnyModule): boolean =>
    runs.get(layer) === 1 &&
    [...layer.members()].every(([, held]) => (holders.get(held) ?? 0) <= 1 && (reads.get(held) ?? 0) <= 1);
  return [...uses.values()].flatMap(({ conv, norm, uses: count }): [Conv2d, BatchNorm2d][] =>
    norm !== undefined && count === 1 && isAlone(conv) && isAlone(norm) && canBeFolded(norm) ? [[conv, norm]] : [],
  );
}

/** In how many places each parameter and buffer of a model is: tied ones in several. */
function holdersIn(model: AnyModule): Map<unknown, number> {
  const holders = new Map<unknown, number>();
  for (const [, module] of model.namedModules())
    for (const [, held] of module.members()) holders.set(held, (holders.get(held) ?? 0) + 1);
  return holders;
}

/** What a model gave, and what is in it if that is a list, a map or a record. */
function within(given: unknown, seen = new Set<unknown>()): Set<unknown> {
  if (typeof given !== "object" || given === null || seen.has(given)) return seen;
  seen.add(given);
  if (isTensor(given)) return seen;
  const inner = given instanceof Map || Array.isArray(given) ? given.values() : Object.values(given);
  for (const each of inner) within(each, seen);
  return seen;
}

function canBeFolded(norm: BatchNorm2d): boolean {
  return norm.runningVar !== undefined && !norm.passesOn;
}

/** Constructed with what `config` says, it would lack biases that its state has: a file could be written, but not read. */
function hideConfig(module: AnyModule): void {
  Object.defineProperty(module, "config", { value: () => undefined, configurable: true });
}

/** weight · γ / √(variance + ε), and β + (bias − mean) · γ / √(variance + ε). */
function fold(conv: Conv2d, norm: BatchNorm2d): void {
  const bias = scope((): Parameter | undefined => {
    const { scale, shift } = norm.scaleAndShift();
    const channels = conv.outChannels;
    conv.weight.assign(conv.weight.mul<Shape, Shape>(scale.reshape([channels, 1, 1, 1])));
    if (conv.bias === undefined) return new Parameter(shift.clone());
    conv.bias.assign(shift.add<Shape, Shape>(conv.bias.mul<Shape, Shape>(scale)));
    return undefined;
  });
  if (bias !== undefined) Object.assign(conv, { bias });
  norm.passOn();
}
