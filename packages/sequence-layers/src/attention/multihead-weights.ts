import { defaultGenerator, Linear, parameter, type Parameter, xavierUniform } from "@unfoldjs/nn";
import { type Generator, inCall, scope, type Shape, zeros } from "@unfoldjs/tensor-core";

/** Weights of multi-head attention: those of the projections are packed in one where sizes allow it. */
export interface MultiheadWeights {
  readonly inProjWeight: Parameter | undefined;
  readonly qProjWeight: Parameter | undefined;
  readonly kProjWeight: Parameter | undefined;
  readonly vProjWeight: Parameter | undefined;
  readonly inProjBias: Parameter | undefined;
  readonly outProj: Linear;
}

/** PyTorch's first values. @param sizes checked */
export function multiheadWeights(
  op: string,
  sizes: { readonly embedDim: number; readonly kdim: number; readonly vdim: number },
  bias: boolean,
  generator: Generator = defaultGenerator(),
): MultiheadWeights {
  const { embedDim, kdim, vdim } = sizes;
  const isPacked = kdim === embedDim && vdim === embedDim;
  return inCall(op, () => {
    const drawn = (...shape: Shape): Parameter => parameter(() => xavierUniform<Shape>(shape, { generator }));
    const weights = {
      inProjWeight: isPacked ? drawn(3 * embedDim, embedDim) : undefined,
      qProjWeight: isPacked ? undefined : drawn(embedDim, embedDim),
      kProjWeight: isPacked ? undefined : drawn(embedDim, kdim),
      vProjWeight: isPacked ? undefined : drawn(embedDim, vdim),
      inProjBias: bias ? parameter(() => zeros<Shape>([3 * embedDim])) : undefined,
      outProj: new Linear(embedDim, embedDim, { bias, generator }),
    };
    scope(() => weights.outProj.bias?.assign(zeros([embedDim])));
    return weights;
  });
}
