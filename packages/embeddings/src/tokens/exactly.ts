const HIGH = 6.9314718036912381649e-1; // ln 2, its first 33 bits
const LOW = 1.90821492927058770002e-10; // and the rest
const bits = /* @__PURE__ */ new DataView(/* @__PURE__ */ new ArrayBuffer(8));

/**
 * eˣ to the last bit or the one before, by the same additions and products in each engine: `Math.exp` may differ between them,
 * and a vocabulary that depends on it too. Range reduction and rational approximation are those of fdlibm's `e_exp.c`.
 */
export function exp(x: number): number {
  if (x < -745.2) return 0;
  if (x > 709.7) return Infinity;
  const times = Math.round(x * Math.LOG2E);
  const high = x - times * HIGH;
  const low = times * LOW;
  const rest = high - low;
  const t = rest * rest;
  const c =
    rest -
    t *
      (1.66666666666666019037e-1 +
        t *
          (-2.77777777770155933842e-3 +
            t * (6.61375632143793436117e-5 + t * (-1.6533902205465251539e-6 + t * 4.13813679705723846039e-8))));
  const near = 1 - (low - (rest * c) / (2 - c) - high);
  return times < -1000 ? near * power(times + 1000) * power(-1000) : near * power(times);
}

/** 2 to a whole number that a normal number can be. */
function power(exponent: number): number {
  bits.setUint32(0, (exponent + 1023) << 20);
  bits.setUint32(4, 0);
  return bits.getFloat64(0);
}

/** ln x of a positive number, as exactly and alike in each engine: fdlibm's `e_log.c`. */
export function log(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : NaN;
  if (x === Infinity) return x;
  if (x < 2.2250738585072014e-308) return log(x * 2 ** 54) - 54 * (HIGH + LOW);
  bits.setFloat64(0, x);
  const word = bits.getUint32(0);
  // x = 2ᵏ (1 + f) with √½ < 1 + f < √2
  const over = ((word & 0xfffff) + 0x95f64) & 0x100000;
  const k = (word >>> 20) - 1023 + (over >> 20);
  bits.setUint32(0, (word & 0xfffff) | (over ^ 0x3ff00000));
  const f = bits.getFloat64(0) - 1;
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const odd = w * (3.999999999940941908e-1 + w * (2.222219843214978396e-1 + w * 1.531383769920937332e-1));
  const even =
    z *
    (6.66666666666673513e-1 +
      w * (2.857142874366239149e-1 + w * (1.818357216161805012e-1 + w * 1.479819860511658591e-1)));
  const half = 0.5 * f * f;
  return k * HIGH - (half - (s * (half + odd + even) + k * LOW) - f);
}

/** ln(1 + x), of small numbers too (Kahan). */
export function log1p(x: number): number {
  const sum = 1 + x;
  return sum === 1 ? x : (log(sum) * x) / (sum - 1);
}
