//! The three matrices of Winograd's F(4, 3), applied to lanes: four outputs of a filter of three taps from six products,
//! y = Aᵀ [(G g) ⊙ (Bᵀ d)] (Lavin & Gray 2016, arXiv:1509.09308). Applied to columns, then to rows, they make F(4 × 4, 3 × 3).
//!
//! The products are values of polynomials at 0, ±[`NEAR`], ±[`FAR`] and ∞. The usual points ±1 and ±2 lose three bits;
//! points nearer to 1, on both sides of it and one twice the other, lose one (largest error as a share of
//! the largest output, 64 channels in -1..1: 1.0e-6 against 5.9e-6, the direct sum 0.6e-6; in 0..1 tiles are the better
//! ones). So F(2 × 2, 3 × 3), with its 64 products instead of 36, is not needed. A and B hold no rounded number.

use crate::lane::Lane;

/// Outputs along a tile's side.
pub const TILE: usize = 4;
/// Inputs, and products, along a tile's side.
pub const SIDE: usize = TILE + 2;

const NEAR: f32 = 0.75;
const FAR: f32 = 1.5;
const NEAR_2: f32 = NEAR * NEAR;
const FAR_2: f32 = FAR * FAR;

/// Bᵀ d. Its rows are the polynomials that vanish at all other points, x^i standing for d[i].
#[inline(always)]
pub fn image<L: Lane>(d: [L; SIDE]) -> [L; SIDE] {
    let [near, far] = [NEAR, FAR].map(L::splat);
    let (near_2, far_2) = (L::splat(NEAR_2), L::splat(FAR_2));
    let ends = |low: L, middle: L, high: L| {
        let high = L::splat(NEAR_2 + FAR_2).negative_multiply_add(middle, high);
        L::splat(NEAR_2 * FAR_2).multiply_add(low, high)
    };
    let (near_even, near_odd) = (far_2.negative_multiply_add(d[2], d[4]), far_2.negative_multiply_add(d[1], d[3]));
    let (far_even, far_odd) = (near_2.negative_multiply_add(d[2], d[4]), near_2.negative_multiply_add(d[1], d[3]));
    [
        ends(d[0], d[2], d[4]),
        near.multiply_add(near_odd, near_even),
        near.negative_multiply_add(near_odd, near_even),
        far.multiply_add(far_odd, far_even),
        far.negative_multiply_add(far_odd, far_even),
        ends(d[1], d[3], d[5]),
    ]
}

/// G g: the filter's polynomial at each point, over what the point's row of Bᵀ is there.
#[inline(always)]
pub fn filter<L: Lane>(g: [L; 3]) -> [L; SIDE] {
    const ZERO_SCALE: f32 = 1.0 / (NEAR_2 * FAR_2);
    const NEAR_SCALE: f32 = 1.0 / (2.0 * NEAR_2 * (NEAR_2 - FAR_2));
    const FAR_SCALE: f32 = 1.0 / (2.0 * FAR_2 * (FAR_2 - NEAR_2));
    let pair = |scale: f32, point: f32| {
        let even = L::splat(scale * point * point).multiply_add(g[2], L::splat(scale).mul(g[0]));
        let odd = L::splat(scale * point).mul(g[1]);
        [even.add(odd), even.sub(odd)]
    };
    let ([near, minus_near], [far, minus_far]) = (pair(NEAR_SCALE, NEAR), pair(FAR_SCALE, FAR));
    [L::splat(ZERO_SCALE).mul(g[0]), near, minus_near, far, minus_far, g[2]]
}

/// Aᵀ m: output i takes each product times its point to the i.
#[inline(always)]
pub fn output<L: Lane>(m: [L; SIDE]) -> [L; TILE] {
    let (near_even, near_odd) = (m[1].add(m[2]), m[1].sub(m[2]));
    let (far_even, far_odd) = (m[3].add(m[4]), m[3].sub(m[4]));
    let both = |near: f32, far: f32, x: L, y: L| L::splat(near).multiply_add(x, L::splat(far).mul(y));
    [
        m[0].add(near_even).add(far_even),
        both(NEAR, FAR, near_odd, far_odd),
        both(NEAR_2, FAR_2, near_even, far_even),
        both(NEAR * NEAR_2, FAR * FAR_2, near_odd, far_odd).add(m[5]),
    ]
}
