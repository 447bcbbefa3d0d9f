import { noGrad } from "@unfoldjs/autograd";
import { aliasOf, assertTensor, isTensor, keep, scope, type Tensor, ValueError } from "@unfoldjs/tensor-core";
import { type AnyModule, isModule } from "../module/any-module.ts";
import { assertModule } from "../module/assert-module.ts";
import { partsOf } from "../module/parts.ts";
import { inUse } from "../train/modes.ts";

/**
 * What a part of a model is given when the model runs on `x`, in use and without a gradient: the features that a head makes its
 * answer of. If the part runs several times, what it is given last.
 * @param part a module within the model @param x what the model's forward takes
 * @throws ValueError if the model does not run the part, and what its forward throws
 * @example const features = featuresBefore(model, model.fc, pictures); // (batch, 512)
 */
export function featuresBefore(model: AnyModule, part: AnyModule, x: Tensor): Tensor {
  assertModule("featuresBefore", "model", model);
  assertModule("featuresBefore", "part", part);
  assertTensor("featuresBefore", "x", x);
  const caught: { given?: Tensor } = {};
  const remove = part.onForward(({ inputs: [input] }) => {
    if (!isTensor(input)) return;
    caught.given?.dispose();
    caught.given = keep(aliasOf(input as Tensor));
  });
  try {
    const forward = model.forward.bind(model) as (input: Tensor) => unknown;
    scope(() => void inUse(partsOf(model).modules, () => noGrad(() => forward(x))));
    if (caught.given === undefined) throw notRun(model, part);
    return aliasOf(caught.given);
  } finally {
    remove();
    caught.given?.dispose();
  }
}

function notRun(model: AnyModule, part: AnyModule): ValueError {
  const held = model.namedModules().some(([, module]) => module === part);
  return new ValueError(
    "featuresBefore",
    { model: model.constructor.name, part: part.constructor.name },
    held ? "the model's forward does not run this part with a tensor" : "the part is no module of this model",
    held || !isModule(part) ? undefined : "take one of model.namedModules()",
  );
}
