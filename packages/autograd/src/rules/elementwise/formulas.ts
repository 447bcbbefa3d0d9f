import type { activationOps, arithmeticOps, mathsOps, roundingOps, selectOps } from "@unfoldjs/tensor-core";
import type { Form, FormulasOf } from "../../row/formula.ts";

type Ops = typeof activationOps & typeof arithmeticOps & typeof mathsOps & typeof roundingOps & typeof selectOps;

const ONE: Form = ["1", "1"];
const MINUS_ONE: Form = ["−1", "-1"];
const ZERO: Form = ["0", "0"];
const NORMAL: Form = [
  "Φ and φ are the normal distribution and its density",
  "\\Phi' = \\varphi,\\ \\varphi(t) = \\tfrac{1}{\\sqrt{2\\pi}}\\, e^{-t^{2}/2}",
];
const LOGISTIC: Form = ["σ(t) = 1 / (1 + e^(−t))", "\\sigma(t) = \\frac{1}{1 + e^{-t}}"];

export const elementwiseFormulas: FormulasOf<Ops> = {
  // Arithmetic
  add: { value: ["$a + $b", "$a + $b"], slopes: { a: ONE, b: ONE } },
  sub: { value: ["$a − $b", "$a - $b"], slopes: { a: ONE, b: MINUS_ONE } },
  mul: { value: ["$a ⊙ $b", "$a \\odot $b"], slopes: { a: ["$b", "$b"], b: ["$a", "$a"] } },
  div: {
    value: ["$a / $b", "\\frac{$a}{$b}"],
    slopes: { a: ["1 / $b", "\\frac{1}{$b}"], b: ["−$y / $b", "-\\frac{$y}{$b}"] },
  },
  pow: {
    value: ["$a^$b", "$a^{$b}"],
    slopes: {
      a: ["$b ⊙ $a^($b − 1), 0 where $b = 0", "$b \\odot $a^{$b - 1}"],
      b: ["$y ⊙ ln $a, 0 where $a = 0 ≤ $b", "$y \\odot \\ln $a"],
    },
  },
  maximum: {
    value: ["max($a, $b)", "\\max($a, $b)"],
    slopes: {
      a: ["1 where $a > $b, ½ where equal, else 0", "\\mathbf{1}[$a > $b] + \\tfrac{1}{2}\\,\\mathbf{1}[$a = $b]"],
      b: ["1 where $b > $a, ½ where equal, else 0", "\\mathbf{1}[$b > $a] + \\tfrac{1}{2}\\,\\mathbf{1}[$a = $b]"],
    },
  },
  minimum: {
    value: ["min($a, $b)", "\\min($a, $b)"],
    slopes: {
      a: ["1 where $a < $b, ½ where equal, else 0", "\\mathbf{1}[$a < $b] + \\tfrac{1}{2}\\,\\mathbf{1}[$a = $b]"],
      b: ["1 where $b < $a, ½ where equal, else 0", "\\mathbf{1}[$b < $a] + \\tfrac{1}{2}\\,\\mathbf{1}[$a = $b]"],
    },
  },
  clamp: {
    value: ["$x cut to #low … #high", "\\min(\\max($x, #low), #high)"],
    slopes: { x: ["1 where #low < $x < #high, else 0", "\\mathbf{1}[#low < $x < #high]"] },
  },

  // Mathematics
  neg: { value: ["−$x", "-$x"], slopes: { x: MINUS_ONE } },
  abs: { value: ["|$x|", "\\lvert $x \\rvert"], slopes: { x: ["sign $x", "\\operatorname{sign} $x"] } },
  square: { value: ["$x²", "$x^{2}"], slopes: { x: ["2 $x", "2\\,$x"] } },
  sqrt: { value: ["√$x", "\\sqrt{$x}"], slopes: { x: ["1 / (2 $y)", "\\frac{1}{2\\,$y}"] } },
  rsqrt: { value: ["1 / √$x", "\\frac{1}{\\sqrt{$x}}"], slopes: { x: ["−$y³ / 2", "-\\tfrac{1}{2}\\,$y^{3}"] } },
  reciprocal: { value: ["1 / $x", "\\frac{1}{$x}"], slopes: { x: ["−$y²", "-$y^{2}"] } },
  exp: { value: ["e^$x", "e^{$x}"], slopes: { x: ["$y", "$y"] } },
  expm1: { value: ["e^$x − 1", "e^{$x} - 1"], slopes: { x: ["$y + 1", "$y + 1"] } },
  log: { value: ["ln $x", "\\ln $x"], slopes: { x: ["1 / $x", "\\frac{1}{$x}"] } },
  log1p: { value: ["ln(1 + $x)", "\\ln(1 + $x)"], slopes: { x: ["1 / (1 + $x)", "\\frac{1}{1 + $x}"] } },
  sin: { value: ["sin $x", "\\sin $x"], slopes: { x: ["cos $x", "\\cos $x"] } },
  cos: { value: ["cos $x", "\\cos $x"], slopes: { x: ["−sin $x", "-\\sin $x"] } },
  atan2: {
    value: ["atan2($a, $b)", "\\operatorname{atan2}($a, $b)"],
    slopes: {
      a: ["$b / ($a² + $b²)", "\\frac{$b}{$a^{2} + $b^{2}}"],
      b: ["−$a / ($a² + $b²)", "-\\frac{$a}{$a^{2} + $b^{2}}"],
    },
  },
  erf: {
    value: ["erf $x", "\\operatorname{erf} $x"],
    slopes: { x: ["2 / √π · e^(−$x²)", "\\frac{2}{\\sqrt{\\pi}}\\, e^{-$x^{2}}"] },
  },

  // Activations
  relu: {
    value: ["max($x, 0)", "\\max($x, 0)"],
    slopes: { x: ["1 where $y > 0, else 0", "\\mathbf{1}[$y > 0]"] },
  },
  tanh: { value: ["tanh $x", "\\tanh $x"], slopes: { x: ["1 − $y²", "1 - $y^{2}"] } },
  sigmoid: {
    value: ["1 / (1 + e^(−$x))", "\\frac{1}{1 + e^{-$x}}"],
    slopes: { x: ["$y ⊙ (1 − $y)", "$y \\odot (1 - $y)"] },
  },
  silu: {
    value: ["$x ⊙ σ($x)", "$x \\odot \\sigma($x)"],
    slopes: { x: ["σ($x) + $y ⊙ (1 − σ($x))", "\\sigma($x) + $y \\odot (1 - \\sigma($x))"] },
    where: LOGISTIC,
  },
  softplus: {
    value: ["ln(1 + e^$x)", "\\ln(1 + e^{$x})"],
    slopes: { x: ["σ($x)", "\\sigma($x)"] },
    where: LOGISTIC,
  },
  scaledSoftplus: {
    value: ["ln(1 + e^(#beta $x)) / #beta, $x where #beta $x > #threshold", "\\ln(1 + e^{#beta $x}) / #beta"],
    slopes: { x: ["σ(#beta $x), 1 where #beta $x > #threshold", "\\sigma(#beta $x)"] },
    where: LOGISTIC,
  },
  gelu: {
    value: ["$x ⊙ Φ($x)", "$x \\odot \\Phi($x)"],
    slopes: { x: ["Φ($x) + $x ⊙ φ($x)", "\\Phi($x) + $x \\odot \\varphi($x)"] },
    where: NORMAL,
  },
  geluTanh: {
    value: ["$x ⊙ (1 + t) / 2", "\\tfrac{1}{2}\\,$x \\odot (1 + t)"],
    slopes: {
      x: [
        "(1 + t) / 2 + $x ⊙ (1 − t²) ⊙ √(2/π) (1 + 0.134145 $x²) / 2",
        "\\tfrac{1}{2}(1 + t) + \\tfrac{1}{2}\\,$x \\odot (1 - t^{2}) \\odot \\sqrt{2/\\pi}\\,(1 + 0.134145\\,$x^{2})",
      ],
    },
    where: [
      "t = tanh(√(2/π) ($x + 0.044715 $x³))",
      "t = \\tanh\\!\\big(\\sqrt{2/\\pi}\\,($x + 0.044715\\,$x^{3})\\big)",
    ],
  },
  reluGradient: {
    value: ["$a where $b > 0, else 0", "$a \\odot \\mathbf{1}[$b > 0]"],
    slopes: { a: ["1 where $b > 0, else 0", "\\mathbf{1}[$b > 0]"], b: ZERO },
  },
  tanhGradient: {
    value: ["$a ⊙ (1 − $b²)", "$a \\odot (1 - $b^{2})"],
    slopes: { a: ["1 − $b²", "1 - $b^{2}"], b: ["−2 $a ⊙ $b", "-2\\,$a \\odot $b"] },
  },
  sigmoidGradient: {
    value: ["$a ⊙ $b ⊙ (1 − $b)", "$a \\odot $b \\odot (1 - $b)"],
    slopes: { a: ["$b ⊙ (1 − $b)", "$b \\odot (1 - $b)"], b: ["$a ⊙ (1 − 2 $b)", "$a \\odot (1 - 2\\,$b)"] },
  },
  siluGradient: {
    value: [
      "$a ⊙ (σ($b) + $b ⊙ σ($b) ⊙ (1 − σ($b)))",
      "$a \\odot (\\sigma($b) + $b \\odot \\sigma($b) \\odot (1 - \\sigma($b)))",
    ],
    slopes: {
      a: ["σ($b) + $b ⊙ σ($b) ⊙ (1 − σ($b))", "\\sigma($b) + $b \\odot \\sigma($b) \\odot (1 - \\sigma($b))"],
      b: [
        "$a ⊙ σ($b) ⊙ (1 − σ($b)) ⊙ (2 + $b ⊙ (1 − 2 σ($b)))",
        "$a \\odot \\sigma($b) \\odot (1 - \\sigma($b)) \\odot (2 + $b \\odot (1 - 2\\,\\sigma($b)))",
      ],
    },
    where: LOGISTIC,
  },
  geluGradient: {
    value: ["$a ⊙ (Φ($b) + $b ⊙ φ($b))", "$a \\odot (\\Phi($b) + $b \\odot \\varphi($b))"],
    slopes: {
      a: ["Φ($b) + $b ⊙ φ($b)", "\\Phi($b) + $b \\odot \\varphi($b)"],
      b: ["$a ⊙ φ($b) ⊙ (2 − $b²)", "$a \\odot \\varphi($b) \\odot (2 - $b^{2})"],
    },
    where: NORMAL,
  },

  // Steps, flat wherever they have a slope
  sign: { value: ["sign $x", "\\operatorname{sign} $x"], slopes: { x: ZERO } },
  step: { value: ["1 where $x > 0, else 0", "\\mathbf{1}[$x > 0]"], slopes: { x: ZERO } },
  floor: { value: ["⌊$x⌋", "\\lfloor $x \\rfloor"], slopes: { x: ZERO } },
  ceil: { value: ["⌈$x⌉", "\\lceil $x \\rceil"], slopes: { x: ZERO } },
  round: { value: ["$x rounded", "\\operatorname{round} $x"], slopes: { x: ZERO } },
  trunc: { value: ["$x without its fraction", "\\operatorname{trunc} $x"], slopes: { x: ZERO } },

  // Choice
  where: {
    value: [
      "$a where $condition, else $b",
      "\\mathbf{1}[$condition] \\odot $a + (1 - \\mathbf{1}[$condition]) \\odot $b",
    ],
    slopes: {
      a: ["1 where $condition, else 0", "\\mathbf{1}[$condition]"],
      b: ["0 where $condition, else 1", "1 - \\mathbf{1}[$condition]"],
    },
  },
};
