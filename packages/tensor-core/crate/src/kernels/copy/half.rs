//! The 16-bit floats. IEEE 754 binary16 has 5 exponent bits (bias 15) and 10 fraction bits; bfloat16 is the upper half of
//! an f32. Branch-free, so that loops over them become lanes.

/// Sign and magnitude of an f32's bits.
const SIGN: u32 = 0x8000_0000;
/// The bits of an infinite f32; NaNs lie above.
const INFINITY: u32 = 0x7f80_0000;

/// The value of a binary16, exactly; a NaN keeps its payload.
#[inline(always)]
pub fn f16_to_f32(half: u16) -> f32 {
    let bits = u32::from(half);
    // With its 15 low bits moved up by 13 a half is an f32 whose exponent is too small by the biases' difference, for
    // subnormals too: a product by a power of two, which is exact, puts that right.
    let scaled = f32::from_bits((bits & 0x7fff) << 13) * f32::from_bits((127 + 127 - 15) << 23);
    let magnitude = scaled.to_bits();
    // What had the largest exponent is 2^16 or more now, and was no number.
    let special = if scaled >= 65536.0 { INFINITY } else { 0 };
    f32::from_bits(magnitude | special | (bits & 0x8000) << 16)
}

/// The nearest binary16, ties to even; ±∞ from 65,520 on, NaN to a quiet NaN of its sign.
///
/// After Marat Dukhan's FP16, `fp16_ieee_from_fp32_value`: adding 2^(e+13) to a number of exponent e makes the addition
/// round it to 10 fraction bits.
#[inline(always)]
pub fn f32_to_f16(x: f32) -> u16 {
    let bits = x.to_bits();
    let magnitude = bits & !SIGN;
    // Times 2^112 what is too large for a half is infinite, and stays so when 2^-110 brings the others back; 2^2 is left
    // for the sum below.
    let base = f32::from_bits(magnitude) * f32::from_bits((127 + 112) << 23) * f32::from_bits((127 - 110) << 23);
    let exponent = (magnitude & INFINITY).max((127 - 14) << 23); // subnormals have the exponent of the smallest normal
    let rounded = (f32::from_bits(exponent + (15 << 23)) + base).to_bits();
    // A carry out of the fraction raises the exponent, as it should.
    let number = (rounded >> 13 & 0x7c00) + (rounded & 0x0fff);
    let half = if magnitude > INFINITY { 0x7e00 } else { number };
    ((bits & SIGN) >> 16 | half) as u16
}

/// The value of a bfloat16, exactly.
#[inline(always)]
pub fn bf16_to_f32(brain: u16) -> f32 {
    f32::from_bits(u32::from(brain) << 16)
}

/// The nearest bfloat16, ties to even; ±∞ beyond, NaN to a quiet NaN.
#[inline(always)]
pub fn f32_to_bf16(x: f32) -> u16 {
    let bits = x.to_bits();
    let odd = bits >> 16 & 1;
    // A carry out of the fraction raises the exponent, at last to that of infinity.
    let number = bits.wrapping_add(0x7fff + odd) >> 16;
    let nan = bits >> 16 | 0x0040; // the payload may be in the lower half alone
    (if bits & !SIGN > INFINITY { nan } else { number }) as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a 16-bit float means by IEEE 754's definition, in f64: sign · fraction · 2^exponent.
    fn meaning(bits: u16, fraction_bits: i32, bias: i32) -> f64 {
        let sign = if bits >> 15 == 1 { -1.0 } else { 1.0 };
        let fraction = i32::from(bits) & ((1 << fraction_bits) - 1);
        let largest = (1 << (15 - fraction_bits)) - 1;
        let exponent = i32::from(bits) >> fraction_bits & largest;
        match (exponent, fraction) {
            (e, 0) if e == largest => sign * f64::INFINITY,
            (e, _) if e == largest => f64::NAN,
            (0, f) => sign * f64::from(f) * 2f64.powi(1 - bias - fraction_bits),
            (e, f) => sign * f64::from((1 << fraction_bits) + f) * 2f64.powi(e - bias - fraction_bits),
        }
    }

    /// Checks both ways over all 65,536 patterns: each is exact in f32; it comes back as itself; and of all f32s around
    /// the middle between it and its neighbour each goes to the nearer, the middle to the even one.
    fn check(fraction_bits: i32, bias: i32, widen: fn(u16) -> f32, narrow: fn(f32) -> u16) {
        let infinite = 0x7fff >> fraction_bits << fraction_bits;
        for bits in 0..=u16::MAX {
            let (wanted, wide) = (meaning(bits, fraction_bits, bias), widen(bits));
            if wanted.is_nan() {
                assert!(wide.is_nan(), "{bits:04x}");
                assert_eq!(wide.to_bits() >> 31, u32::from(bits >> 15), "sign of {bits:04x}");
                let back = narrow(wide);
                assert!(meaning(back, fraction_bits, bias).is_nan(), "{bits:04x} came back as {back:04x}");
                assert_eq!((back >> 15, back >> (fraction_bits - 1) & 1), (bits >> 15, 1), "{bits:04x} is not quiet");
                continue;
            }
            assert_eq!(f64::from(wide).to_bits(), wanted.to_bits(), "{bits:04x}");
            assert_eq!(narrow(wide), bits);
            if bits & 0x7fff >= infinite {
                continue;
            }
            // The next pattern away from 0; beyond the largest number it stands for what would come there.
            let next = bits + 1;
            let beyond = if next & 0x7fff == infinite {
                wanted.signum() * 2f64.powi((1 << (15 - fraction_bits)) - 1 - bias)
            } else {
                meaning(next, fraction_bits, bias)
            };
            let middle = (wanted + beyond) / 2.0;
            let tie = middle as f32;
            assert_eq!(f64::from(tie), middle, "f32 holds the middle");
            let even = if bits & 1 == 0 { bits } else { next };
            assert_eq!(narrow(tie), even, "the middle above {bits:04x}");
            assert_eq!(narrow(f32::from_bits(tie.to_bits() + 1)), next, "above the middle above {bits:04x}");
            assert_eq!(narrow(f32::from_bits(tie.to_bits() - 1)), bits, "below the middle above {bits:04x}");
        }
        assert_eq!(narrow(f32::MAX) & 0x7fff, if fraction_bits == 7 { infinite } else { 0x7c00 });
    }

    #[test]
    fn all_patterns_of_binary16() {
        check(10, 15, f16_to_f32, f32_to_f16);
        assert_eq!([65519.99, 65520.0, -1e30].map(f32_to_f16), [0x7bff, 0x7c00, 0xfc00]);
        assert_eq!([2f32.powi(-25), 2f32.powi(-25) * 1.0001, f32::MIN_POSITIVE].map(f32_to_f16), [0, 1, 0]);
    }

    #[test]
    fn all_patterns_of_bfloat16() {
        check(7, 127, bf16_to_f32, f32_to_bf16);
        // A NaN whose payload lies in the lower half does not become an infinity.
        assert_eq!(f32_to_bf16(f32::from_bits(0x7f80_0001)), 0x7fc0);
        assert_eq!(f32_to_bf16(f32::from_bits(0xff80_ffff)), 0xffc0);
    }
}
