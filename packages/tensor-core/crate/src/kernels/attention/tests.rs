//! Values and gradients against the formulas in f64, all scores at once.

use super::*;
use crate::gemm::micro::SixByEight;
use crate::gemm::tests::values;
use crate::kernels::random::{Stream, bernoulli};
use crate::lane::Scalar;
use core::ptr::{null, null_mut};

type Kernel = SixByEight<Scalar>;

#[derive(Clone, Copy, PartialEq)]
enum By {
    Nothing,
    Added,
    TakingPart,
}

/// A batch of attentions and its operands.
struct Case {
    items: usize,
    queries: usize,
    keys: usize,
    size: usize,
    value_size: usize,
    causal: bool,
    by: By,
    lengths: Option<Vec<i32>>,
    keep: Option<f32>,
    q: Vec<f32>,
    k: Vec<f32>,
    v: Vec<f32>,
    added: Vec<f32>,
    taking_part: Vec<u8>,
    dy: Vec<f32>,
}

const SCALE: f32 = 0.7;
const STREAM: Stream = Stream { seed: [3, 4], counter: 5 };

impl Case {
    fn new(items: usize, [queries, keys]: [usize; 2], [size, value_size]: [usize; 2]) -> Self {
        let taking_part = values(queries * keys, 4).into_iter().enumerate().map(move |(i, x)| {
            // The first query sees nothing.
            u8::from(x > -0.4 && i >= keys)
        });
        Case {
            items,
            queries,
            keys,
            size,
            value_size,
            causal: false,
            by: By::Nothing,
            lengths: None,
            keep: None,
            q: values(items * queries * size, 1),
            k: values(items * keys * size, 2),
            v: values(items * keys * value_size, 3),
            taking_part: taking_part.collect(),
            added: values(queries * keys, 5),
            dy: values(items * queries * value_size, 6),
        }
    }

    fn attention(&self) -> Attention {
        let Case { items, queries, keys, size, value_size, causal, .. } = *self;
        let only = |is: By| self.by == is;
        let mut batch = Walk::along(items, [queries * size, keys * size, keys * value_size, 0, 1]);
        batch.rank = 1;
        Attention {
            queries,
            keys,
            size,
            value_size,
            scale: SCALE,
            causal,
            q: Matrix::rows(self.q.as_ptr(), size),
            k: Matrix::rows(self.k.as_ptr(), size),
            v: Matrix::rows(self.v.as_ptr(), value_size),
            mask: Mask {
                added: if only(By::Added) { self.added.as_ptr() } else { null() },
                taking_part: if only(By::TakingPart) { self.taking_part.as_ptr() } else { null() },
                row: keys as isize,
                column: 1,
            },
            lengths: self.lengths.as_ref().map_or(null(), |lengths| lengths.as_ptr()),
            dropout: self.keep.map(|keep| Dropout { stream: STREAM, keep }),
            batch,
        }
    }

    /// y, weights, dq, dk, dv and dmask by all scores at once.
    fn reference(&self) -> [Vec<f64>; 6] {
        let Case { items, queries, keys, size, value_size, .. } = *self;
        let row = keys.next_multiple_of(4);
        let mut kept = vec![1.0; items * queries * row];
        if let Some(keep) = self.keep {
            // SAFETY: the count is the length.
            unsafe { bernoulli::<Scalar>(STREAM, kept.len(), keep, 1.0 / keep, kept.as_mut_ptr()) };
        }
        let [mut y, mut weights, mut dmask] =
            [value_size, keys, keys].map(|columns| vec![0.0; items * queries * columns]);
        let [mut dq, mut dk, mut dv] =
            [queries * size, keys * size, keys * value_size].map(|count| vec![0.0; items * count]);
        let f = f64::from;
        for item in 0..items {
            for i in 0..queries {
                let at = item * queries + i;
                let sees = |j: usize| {
                    self.lengths.as_ref().is_none_or(|lengths| (j as i32) < lengths[item])
                        && (!self.causal || j <= i)
                        && (self.by != By::TakingPart || self.taking_part[i * keys + j] != 0)
                };
                let q = |e: usize| f(self.q[at * size + e]);
                let k = |j: usize, e: usize| f(self.k[(item * keys + j) * size + e]);
                let v = |j: usize, e: usize| f(self.v[(item * keys + j) * value_size + e]);
                let dy = |e: usize| f(self.dy[at * value_size + e]);
                let score = |j: usize| {
                    let added = if self.by == By::Added { f(self.added[i * keys + j]) } else { 0.0 };
                    (0..size).map(|e| q(e) * k(j, e)).sum::<f64>() * f(SCALE) + added
                };
                let top = (0..keys).filter(|&j| sees(j)).map(score).fold(f64::MIN, f64::max);
                let exps: Vec<f64> = (0..keys).map(|j| if sees(j) { (score(j) - top).exp() } else { 0.0 }).collect();
                let sum: f64 = exps.iter().sum();
                let p: Vec<f64> = exps.iter().map(|x| if sum == 0.0 { 0.0 } else { x / sum }).collect();
                let z = |j: usize| f(kept[at * row + j]);
                let dp: Vec<f64> =
                    (0..keys).map(|j| z(j) * (0..value_size).map(|e| dy(e) * v(j, e)).sum::<f64>()).collect();
                let dot: f64 = (0..keys).map(|j| p[j] * dp[j]).sum();
                for j in 0..keys {
                    let ds = p[j] * (dp[j] - dot);
                    weights[at * keys + j] = p[j] * z(j);
                    dmask[at * keys + j] = ds;
                    for e in 0..value_size {
                        y[at * value_size + e] += p[j] * z(j) * v(j, e);
                        dv[(item * keys + j) * value_size + e] += p[j] * z(j) * dy(e);
                    }
                    for e in 0..size {
                        dq[at * size + e] += f(SCALE) * ds * k(j, e);
                        dk[(item * keys + j) * size + e] += f(SCALE) * ds * q(e);
                    }
                }
            }
        }
        [y, weights, dq, dk, dv, dmask]
    }

    fn found(&self) -> [Vec<f32>; 6] {
        let Case { items, queries, keys, size, value_size, .. } = *self;
        let [mut y, mut weights, mut rows, mut dq, mut dk, mut dv, mut dmask] = [
            queries * value_size,
            queries * keys,
            2 * queries,
            queries * size,
            keys * size,
            keys * value_size,
            queries * keys,
        ]
        .map(|count| vec![f32::NAN; items * count]);
        let of = self.attention();
        let results = Results { y: y.as_mut_ptr(), weights: weights.as_mut_ptr(), rows: rows.as_mut_ptr() };
        // SAFETY: operands were made with these sizes.
        unsafe { forward::<Kernel>(&of, &results) }.unwrap();
        let from = Incoming { y: y.as_ptr(), rows: rows.as_ptr(), dy: self.dy.as_ptr() };
        let to = Gradients {
            q: dq.as_mut_ptr(),
            k: dk.as_mut_ptr(),
            v: dv.as_mut_ptr(),
            mask: if self.by == By::Added { dmask.as_mut_ptr() } else { null_mut() },
        };
        // SAFETY: as above.
        unsafe { backward::<Kernel>(&of, &from, &to) }.unwrap();
        [y, weights, dq, dk, dv, dmask]
    }

    #[track_caller]
    fn holds(&self, name: &str) {
        let names = ["y", "weights", "dq", "dk", "dv", "dmask"];
        for ((what, found), wanted) in names.iter().zip(self.found()).zip(self.reference()) {
            if *what == "dmask" && self.by != By::Added {
                continue;
            }
            assert_eq!(found.len(), wanted.len());
            for (i, (found, wanted)) in found.iter().zip(wanted).enumerate() {
                let error = (f64::from(*found) - wanted).abs();
                assert!(error <= 3e-6 * (1.0 + wanted.abs()), "{name}: {what} {i} is {found}, wanted {wanted}");
            }
        }
    }
}

/// Within a tile, at its edges, and over several.
const SIZES: [(usize, [usize; 2], [usize; 2]); 7] = [
    (2, [5, 7], [3, 2]),
    (1, [1, 9], [4, 5]),
    (2, [3, 300], [8, 9]),
    (1, [48, 256], [8, 8]),
    (1, [101, 515], [5, 11]),
    (1, [400, 20], [2, 3]),
    (3, [4, 4], [0, 1]),
];

#[test]
fn values_and_gradients_are_those_of_all_scores_at_once() {
    for (items, lengths, sizes) in SIZES {
        for causal in [false, true] {
            for by in [By::Nothing, By::Added, By::TakingPart] {
                let case = Case { causal, by, ..Case::new(items, lengths, sizes) };
                case.holds(&format!("{items} × {lengths:?} of {sizes:?}, causal {causal}"));
            }
        }
    }
}

#[test]
fn keys_beyond_an_items_length_are_not_read() {
    for causal in [false, true] {
        let mut case = Case { causal, ..Case::new(3, [50, 300], [4, 6]) };
        case.lengths = Some(vec![0, 17, 300]);
        let wanted = case.reference();
        for j in 17..300 {
            case.k[(300 + j) * 4] = f32::NAN;
            case.v[(300 + j) * 6] = f32::NAN;
        }
        for (found, wanted) in case.found()[..5].iter().zip(wanted) {
            for (found, wanted) in found.iter().zip(wanted) {
                assert!((f64::from(*found) - wanted).abs() <= 3e-6 * (1.0 + wanted.abs()));
            }
        }
    }
}

#[test]
fn weights_that_are_dropped_are_the_stream_s() {
    for (lengths, by) in [([5, 7], By::Added), ([50, 301], By::TakingPart), ([2, 261], By::Nothing)] {
        Case { keep: Some(0.6), by, ..Case::new(2, lengths, [4, 6]) }.holds("dropout");
    }
    let case = Case { keep: Some(0.0), ..Case::new(1, [5, 7], [4, 6]) };
    assert!(case.found()[..5].iter().flatten().all(|&x| x == 0.0));
}

#[test]
fn large_scores_overflow_nowhere_and_keep_their_digits() {
    let mut case = Case::new(1, [7, 600], [4, 4]);
    for x in case.q.iter_mut().chain(&mut case.k) {
        *x = (*x * 8.0).round() * 4.0;
    }
    // Scores are in the hundreds, so a factor of f32's SCALE would be rounded in their last digits.
    case.by = By::Nothing;
    let found = case.found();
    for (found, wanted) in found[..2].iter().zip(case.reference()) {
        for (found, wanted) in found.iter().zip(wanted) {
            assert!((f64::from(*found) - wanted).abs() <= 2e-4, "{found} {wanted}");
        }
    }
}

#[test]
fn a_query_that_sees_no_key_gives_zeros_and_takes_none_back() {
    let mut case = Case { by: By::Added, ..Case::new(1, [5, 270], [4, 4]) };
    case.added[270..540].fill(f32::NEG_INFINITY);
    let [y, weights, dq, ..] = case.found();
    assert!(y[4..8].iter().chain(&weights[270..540]).chain(&dq[4..8]).all(|&x| x == 0.0));
    assert!(y.iter().chain(&weights).chain(&dq).all(|x| x.is_finite()));
}

#[test]
fn additive_scores_and_their_gradients_follow_their_definition() {
    for [items, queries, keys, size] in [[2, 3, 4, 7], [1, 5, 2, 8], [3, 1, 6, 1]] {
        let (q, k, v) = (values(items * queries * size, 1), values(items * keys * size, 2), values(size, 3));
        let dy = values(items * queries * keys, 4);
        let of = Additive { items, queries, keys, size, q: q.as_ptr(), k: k.as_ptr(), v: v.as_ptr() };
        let [mut y, mut dq, mut dk, mut dv] =
            [items * queries * keys, items * queries * size, items * keys * size, size].map(|n| vec![f32::NAN; n]);
        let to = [&mut dq, &mut dk, &mut dv].map(|gradient| gradient.as_mut_ptr());
        // SAFETY: operands were made with these sizes.
        unsafe {
            additive_scores::<Scalar>(&of, y.as_mut_ptr());
            additive_scores_gradient::<Scalar>(&of, dy.as_ptr(), to).unwrap();
        }
        let mut wanted = [y.len(), dq.len(), dk.len(), dv.len()].map(|n| vec![0.0; n]);
        for row in 0..items * queries {
            for j in 0..keys {
                let key = row / queries * keys + j;
                let d = f64::from(dy[row * keys + j]);
                for e in 0..size {
                    let t = (f64::from(q[row * size + e]) + f64::from(k[key * size + e])).tanh();
                    let slope = d * f64::from(v[e]) * (1.0 - t * t);
                    wanted[0][row * keys + j] += f64::from(v[e]) * t;
                    wanted[1][row * size + e] += slope;
                    wanted[2][key * size + e] += slope;
                    wanted[3][e] += d * t;
                }
            }
        }
        for (found, wanted) in [y, dq, dk, dv].iter().zip(wanted) {
            for (found, wanted) in found.iter().zip(wanted) {
                assert!((f64::from(*found) - wanted).abs() < 2e-6 * (1.0 + wanted.abs()), "{found}, wanted {wanted}");
            }
        }
    }
}
