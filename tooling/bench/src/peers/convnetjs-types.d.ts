// What the bench uses of convnetjs 0.3.0, which has no types of its own.
declare module "convnetjs" {
  /** A volume of f64 numbers at w[(width · y + x) · depth + d], with its gradient `dw`. */
  class Vol {
    constructor(width: number, height: number, depth: number, fill: number);
    readonly w: Float64Array;
  }
  interface ParametersAndGradients {
    readonly params: Float64Array;
    readonly grads: Float64Array;
  }
  class Net {
    makeLayers(definitions: readonly Readonly<Record<string, string | number>>[]): void;
    forward(x: Vol, training: boolean): Vol;
    /** adds to the gradients; returns the loss */
    backward(label: number): number;
    /** of each layer: every filter, then the biases */
    getParamsAndGrads(): readonly ParametersAndGradients[];
  }
  class Trainer {
    constructor(net: Net, options: Readonly<Record<string, string | number>>);
    /** forward and backward; changes the parameters after every `batch_size` calls */
    train(x: Vol, label: number): { readonly loss: number };
  }
  const library: { readonly Vol: typeof Vol; readonly Net: typeof Net; readonly Trainer: typeof Trainer };
  export { library as default };
}
