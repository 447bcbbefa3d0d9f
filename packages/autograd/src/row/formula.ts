import type { KernelOp, ResultKinds, ViewOp } from "@unfoldjs/tensor-core";

/**
 * A formula as text and as LaTeX. In both, `$x` stands for the input or result called x, `@` for the gradient of the
 * result (`@values` where results have names), `#axes` for an attribute, and `?bias( + $bias)` for what is there only if
 * that input is.
 */
export type Form = readonly [text: string, latex: string];

/** What an op computes and how its gradient goes back, in words and signs: what `explainGradient` shows of its row. */
export interface Formula<Input extends string = string> {
  /** What stands behind y =. */
  readonly value: Form;
  /** For an elementwise op ∂y/∂x by input: the gradient of the result is multiplied by it. */
  readonly slopes?: { readonly [Name in Input]?: Form };
  /** For any other op what stands behind the gradient of each input. */
  readonly gradients?: { readonly [Name in Input]?: Form };
  /** The same for each of as many inputs as there are. */
  readonly each?: Form;
  /** What signs in it mean. */
  readonly where?: Form;
  /** The same of results that are not the first, by name: statistics that come with a normalisation. An input it leaves out has no part in it. */
  readonly results?: { readonly [name: string]: Pick<Formula<Input>, "value" | "gradients"> };
}

type Bare<Name> = Name extends `${infer Head}?` ? Head : Name;

type FormulaOf<O> =
  O extends ViewOp<string, infer Names, infer _>
    ? Formula<Bare<Names[number]> & string>
    : O extends KernelOp<string, infer Names, infer _, infer _Kinds extends ResultKinds, string>
      ? Formula<Bare<Names[number]> & string>
      : never;

/** One formula for every op of a family: forget one, and it does not compile. */
export type FormulasOf<Family> = { readonly [Name in keyof Family]: FormulaOf<Family[Name]> };
