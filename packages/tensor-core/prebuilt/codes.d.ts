// Written by scripts/build-wasm.mjs from the crate. Do not edit.

/**
 * Functions of two f32s.
 */
export declare const Binary: {
  readonly Add: 0;
  readonly Sub: 1;
  readonly Mul: 2;
  readonly Div: 3;
  readonly Pow: 4;
  readonly Maximum: 5;
  readonly Minimum: 6;
  readonly ReluGradient: 7;
  readonly TanhGradient: 8;
  readonly SigmoidGradient: 9;
  readonly GeluGradient: 10;
  readonly SiluGradient: 11;
  readonly Atan2: 12;
};
export type Binary = (typeof Binary)[keyof typeof Binary];

/**
 * What becomes of the reduced bools.
 */
export declare const BoolReduction: {
  readonly Any: 0;
  readonly All: 1;
};
export type BoolReduction = (typeof BoolReduction)[keyof typeof BoolReduction];

/**
 * Comparisons of two numbers. NaN is equal to nothing and not less than anything.
 */
export declare const Comparison: {
  readonly Equal: 0;
  readonly NotEqual: 1;
  readonly Less: 2;
  readonly LessEqual: 3;
  readonly Greater: 4;
  readonly GreaterEqual: 5;
};
export type Comparison = (typeof Comparison)[keyof typeof Comparison];

/**
 * The types of elements, in the order of TypeScript's table.
 */
export declare const Element: {
  readonly F32: 0;
  readonly I32: 1;
  readonly U8: 2;
  readonly Bool: 3;
  readonly F16: 4;
  readonly Bf16: 5;
  readonly I8: 6;
};
export type Element = (typeof Element)[keyof typeof Element];

/**
 * Which end is sought.
 */
export declare const Extreme: {
  readonly Largest: 0;
  readonly Smallest: 1;
};
export type Extreme = (typeof Extreme)[keyof typeof Extreme];

/**
 * Functions of two i32s; they wrap on overflow.
 */
export declare const IntegerBinary: {
  readonly Add: 0;
  readonly Sub: 1;
  readonly Mul: 2;
  readonly Maximum: 3;
  readonly Minimum: 4;
  readonly Pow: 5;
};
export type IntegerBinary = (typeof IntegerBinary)[keyof typeof IntegerBinary];

/**
 * What becomes of the reduced i32s.
 */
export declare const IntegerReduction: {
  readonly Sum: 0;
  readonly Product: 1;
  readonly Maximum: 2;
  readonly Minimum: 3;
};
export type IntegerReduction = (typeof IntegerReduction)[keyof typeof IntegerReduction];

/**
 * Functions of one i32; they wrap on overflow.
 */
export declare const IntegerUnary: {
  readonly Neg: 0;
  readonly Abs: 1;
  readonly Sign: 2;
  readonly Square: 3;
};
export type IntegerUnary = (typeof IntegerUnary)[keyof typeof IntegerUnary];

/**
 * Functions of two bools.
 */
export declare const Logical: {
  readonly And: 0;
  readonly Or: 1;
  readonly Xor: 2;
};
export type Logical = (typeof Logical)[keyof typeof Logical];

/**
 * What becomes of the sum of squared distances.
 */
export declare const Moment: {
  readonly Norm: 0;
  readonly Variance: 1;
  readonly Deviation: 2;
};
export type Moment = (typeof Moment)[keyof typeof Moment];

/**
 * What a product is added to.
 */
export declare const ProductStart: {
  readonly Zero: 0;
  readonly Output: 1;
  readonly BiasPerColumn: 2;
  readonly BiasPerRow: 3;
};
export type ProductStart = (typeof ProductStart)[keyof typeof ProductStart];

/**
 * How a state follows from the one before.
 */
export declare const Recurrence: {
  readonly Tanh: 0;
  readonly Relu: 1;
  readonly Lstm: 2;
  readonly GruResetAfter: 3;
  readonly GruResetBefore: 4;
};
export type Recurrence = (typeof Recurrence)[keyof typeof Recurrence];

/**
 * What becomes of the reduced elements.
 */
export declare const Reduction: {
  readonly Sum: 0;
  readonly Mean: 1;
  readonly Product: 2;
  readonly Maximum: 3;
  readonly Minimum: 4;
  readonly Magnitude: 5;
};
export type Reduction = (typeof Reduction)[keyof typeof Reduction];

/**
 * Functions of one f32.
 */
export declare const Unary: {
  readonly Neg: 0;
  readonly Abs: 1;
  readonly Sign: 2;
  readonly Step: 3;
  readonly Square: 4;
  readonly Sqrt: 5;
  readonly Rsqrt: 6;
  readonly Reciprocal: 7;
  readonly Exp: 8;
  readonly Expm1: 9;
  readonly Log: 10;
  readonly Log1p: 11;
  readonly Sin: 12;
  readonly Cos: 13;
  readonly Tanh: 14;
  readonly Erf: 15;
  readonly Sigmoid: 16;
  readonly Relu: 17;
  readonly Silu: 18;
  readonly Gelu: 19;
  readonly GeluTanh: 20;
  readonly Softplus: 21;
  readonly Floor: 22;
  readonly Ceil: 23;
  readonly Round: 24;
  readonly Trunc: 25;
};
export type Unary = (typeof Unary)[keyof typeof Unary];

export {};
