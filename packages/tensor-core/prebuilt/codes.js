// Written by scripts/build-wasm.mjs from the crate. Do not edit.

export const Binary = {
  Add: 0,
  Sub: 1,
  Mul: 2,
  Div: 3,
  Pow: 4,
  Maximum: 5,
  Minimum: 6,
  ReluGradient: 7,
  TanhGradient: 8,
  SigmoidGradient: 9,
  GeluGradient: 10,
  SiluGradient: 11,
  Atan2: 12,
};

export const BoolReduction = {
  Any: 0,
  All: 1,
};

export const Comparison = {
  Equal: 0,
  NotEqual: 1,
  Less: 2,
  LessEqual: 3,
  Greater: 4,
  GreaterEqual: 5,
};

export const Element = {
  F32: 0,
  I32: 1,
  U8: 2,
  Bool: 3,
  F16: 4,
  Bf16: 5,
  I8: 6,
};

export const Extreme = {
  Largest: 0,
  Smallest: 1,
};

export const IntegerBinary = {
  Add: 0,
  Sub: 1,
  Mul: 2,
  Maximum: 3,
  Minimum: 4,
  Pow: 5,
};

export const IntegerReduction = {
  Sum: 0,
  Product: 1,
  Maximum: 2,
  Minimum: 3,
};

export const IntegerUnary = {
  Neg: 0,
  Abs: 1,
  Sign: 2,
  Square: 3,
};

export const Logical = {
  And: 0,
  Or: 1,
  Xor: 2,
};

export const Moment = {
  Norm: 0,
  Variance: 1,
  Deviation: 2,
};

export const ProductStart = {
  Zero: 0,
  Output: 1,
  BiasPerColumn: 2,
  BiasPerRow: 3,
};

export const Recurrence = {
  Tanh: 0,
  Relu: 1,
  Lstm: 2,
  GruResetAfter: 3,
  GruResetBefore: 4,
};

export const Reduction = {
  Sum: 0,
  Mean: 1,
  Product: 2,
  Maximum: 3,
  Minimum: 4,
  Magnitude: 5,
};

export const Unary = {
  Neg: 0,
  Abs: 1,
  Sign: 2,
  Step: 3,
  Square: 4,
  Sqrt: 5,
  Rsqrt: 6,
  Reciprocal: 7,
  Exp: 8,
  Expm1: 9,
  Log: 10,
  Log1p: 11,
  Sin: 12,
  Cos: 13,
  Tanh: 14,
  Erf: 15,
  Sigmoid: 16,
  Relu: 17,
  Silu: 18,
  Gelu: 19,
  GeluTanh: 20,
  Softplus: 21,
  Floor: 22,
  Ceil: 23,
  Round: 24,
  Trunc: 25,
};
