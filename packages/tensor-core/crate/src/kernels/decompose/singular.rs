//! Singular values: the eigenvectors of AᵀA are right singular vectors but for rounding, which one-sided Jacobi
//! (Hestenes 1958; Drmač & Veselić 2008) takes away in one or two sweeps over the columns of A V. What is left is accurate in
//! small singular values too.

use super::full_basis::complete;
use super::symmetric::eigen;
use super::{Rows, add, dot, each, leans_back, scale, turn};

const MOST_SWEEPS: usize = 40;
/// Columns are at right angles if their cosine is below it.
const SQUARE: f64 = 1e-14;
/// Columns that are shorter, as a share of the longest, hold no more than rounding: they are not turned against each other.
const NOISE: f64 = 1e-12;

/// A batch of matrices (rows, columns); `full` asks for square U and Vᵀ.
#[derive(Clone, Copy, Debug)]
pub struct Singular {
    pub batch: usize,
    pub rows: usize,
    pub columns: usize,
    pub full: bool,
}

/// A = U diag(s) Vᵀ with s descending: U (rows, k or rows), s (k), Vᵀ (k or columns, columns), k the smaller side. In each row
/// of Vᵀ the element of the largest magnitude is positive, in columns of a full U that have no such row their own. None if
/// memory is short.
/// # Safety: operands have room for the batch of these sizes, apart; elements are finite.
pub unsafe fn singular_values(of: &Singular, x: *const f32, u: *mut f32, s: *mut f32, vt: *mut f32) -> Option<()> {
    let Singular { batch, rows, columns, full } = *of;
    let is_wide = rows < columns;
    // What is worked on is tall: its columns, `few` of them, are `long`.
    let (long, few) = (rows.max(columns), rows.min(columns));
    let kept = if full { long } else { few };
    let (matrix, square, basis) = (few.checked_mul(long)?, few * few, kept.checked_mul(long)?);
    let room = matrix.checked_add(basis)?.checked_add(square + 2 * few + long)?;
    let nanoseconds = (matrix as u64 * 6 + square as u64 * 8) * few as u64 + 1000;
    each(batch, room, nanoseconds, |item, room| {
        let x = core::slice::from_raw_parts(x.add(item * matrix), matrix);
        let (a, room) = room.split_at_mut(matrix);
        let (left, room) = room.split_at_mut(basis);
        let (right, room) = room.split_at_mut(square);
        let (values, room) = room.split_at_mut(few);
        let (beside, spare) = room.split_at_mut(few);
        for i in 0..few {
            for j in 0..long {
                a[i * long + j] = f64::from(x[if is_wide { i * long + j } else { j * few + i }]);
            }
        }
        let mut a = Rows { values: a, size: long };
        let mut left = Rows { values: left, size: long };
        let mut right = Rows { values: right, size: few };
        decompose(&mut a, &mut left, &mut right, values, beside);
        for k in 0..kept {
            if k >= few {
                left.row_mut(k).fill(0.0);
            }
            let is_clear = k < few && values[k] > NOISE * values[0];
            if is_clear {
                scale(1.0 / values[k], left.row_mut(k));
            } else {
                complete(&mut left, k, spare);
            }
        }
        // Rows of `left` are U's columns, those of `right` Vᵀ's rows; of a wide matrix the other way round.
        for k in 0..kept {
            let decides = if is_wide || k >= few { left.row(k) } else { right.row(k) };
            if leans_back(decides) {
                scale(-1.0, left.row_mut(k));
                if k < few {
                    scale(-1.0, right.row_mut(k));
                }
            }
        }
        let (u_rows, v_rows) = if is_wide { (&right, &left) } else { (&left, &right) };
        let (u_count, v_count) = if is_wide { (few, kept) } else { (kept, few) };
        let u = u.add(item * rows * u_count);
        for i in 0..u_count {
            u_rows.row(i).iter().enumerate().for_each(|(j, &value)| *u.add(j * u_count + i) = value as f32);
        }
        let vt = vt.add(item * v_count * columns);
        v_rows.values.iter().enumerate().for_each(|(at, &value)| *vt.add(at) = value as f32);
        let s = s.add(item * few);
        values.iter().enumerate().for_each(|(i, &value)| *s.add(i) = value as f32);
    })
}

/// Of a matrix whose columns are the rows of `a`: its right singular vectors as rows, and A V, whose columns are the first rows
/// of `left`, with their lengths, descending.
fn decompose(a: &mut Rows, left: &mut Rows, right: &mut Rows, lengths: &mut [f64], beside: &mut [f64]) {
    let few = lengths.len();
    for i in 0..few {
        for j in 0..=i {
            let product = dot(a.row(i), a.row(j));
            right.values[i * few + j] = product;
            right.values[j * few + i] = product;
        }
    }
    eigen(right, lengths, beside);
    for i in 0..few / 2 {
        right.swap(i, few - 1 - i);
    }
    for k in 0..few {
        let row = left.row_mut(k);
        row.fill(0.0);
        for (i, &by) in right.row(k).iter().enumerate() {
            add(by, a.row(i), row);
        }
    }
    for _ in 0..MOST_SWEEPS {
        for k in 0..few {
            lengths[k] = dot(left.row(k), left.row(k));
        }
        if !sweep(left, right, lengths) {
            break;
        }
    }
    lengths.iter_mut().for_each(|length| *length = length.sqrt());
    for i in 0..few {
        let longest = (i..few).fold(i, |most, j| if lengths[j] > lengths[most] { j } else { most });
        lengths.swap(i, longest);
        left.swap(i, longest);
        right.swap(i, longest);
    }
}

/// Turns each pair of rows to right angles; false if all were. `squares` are those of their lengths.
fn sweep(left: &mut Rows, right: &mut Rows, squares: &mut [f64]) -> bool {
    let few = squares.len();
    let mut turned = false;
    // By their bits, which are in order as none is negative: as floats they would be compared by a relaxed instruction.
    let longest = f64::from_bits(squares.iter().fold(0, |most, square| most.max(square.to_bits())));
    let noise = longest * (NOISE * NOISE);
    for p in 0..few {
        for q in p + 1..few {
            let (alpha, beta) = (squares[p], squares[q]);
            if alpha <= noise && beta <= noise {
                continue;
            }
            let (x, y) = left.pair(p, q);
            let gamma = dot(x, y);
            if gamma.abs() <= SQUARE * (alpha * beta).sqrt() {
                continue;
            }
            turned = true;
            let zeta = (beta - alpha) / (2.0 * gamma);
            let root = (1.0 + zeta * zeta).sqrt();
            let t = 1.0 / (zeta + if zeta < 0.0 { -root } else { root });
            let c = 1.0 / (1.0 + t * t).sqrt();
            turn(x, y, c, c * t);
            let (x, y) = right.pair(p, q);
            turn(x, y, c, c * t);
            squares[p] = alpha - t * gamma;
            squares[q] = beta + t * gamma;
        }
    }
    turned
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gemm::tests::values;

    struct Found {
        u: Vec<f32>,
        s: Vec<f32>,
        vt: Vec<f32>,
    }

    fn run(rows: usize, columns: usize, full: bool, x: &[f32]) -> Found {
        let few = rows.min(columns);
        let (u_count, v_count) = if full { (rows, columns) } else { (few, few) };
        let mut found = Found { u: vec![7.0; rows * u_count], s: vec![7.0; few], vt: vec![7.0; v_count * columns] };
        let of = Singular { batch: 1, rows, columns, full };
        let Found { u, s, vt } = &mut found;
        // SAFETY: the slices have the sizes given.
        unsafe { singular_values(&of, x.as_ptr(), u.as_mut_ptr(), s.as_mut_ptr(), vt.as_mut_ptr()) }.unwrap();
        found
    }

    /// The largest error of U diag(s) Vᵀ as a share of the largest singular value, of UᵀU and of V Vᵀ.
    fn error(rows: usize, columns: usize, full: bool, x: &[f32]) -> f64 {
        let Found { u, s, vt } = run(rows, columns, full, x);
        let (u_count, v_count) = (u.len() / rows.max(1), vt.len() / columns.max(1));
        let (u, vt) =
            (|i: usize, k: usize| f64::from(u[i * u_count + k]), |k: usize, j: usize| f64::from(vt[k * columns + j]));
        let largest = f64::from(s[0]).max(1e-40);
        let mut worst: f64 = 0.0;
        for i in 0..rows {
            for j in 0..columns {
                let back: f64 = (0..s.len()).map(|k| u(i, k) * f64::from(s[k]) * vt(k, j)).sum();
                worst = worst.max((back - f64::from(x[i * columns + j])).abs() / largest);
            }
        }
        let unit = |i: usize, j: usize| if i == j { 1.0 } else { 0.0 };
        for i in 0..u_count {
            for j in 0..u_count {
                let product: f64 = (0..rows).map(|k| u(k, i) * u(k, j)).sum();
                worst = worst.max((product - unit(i, j)).abs());
            }
        }
        for i in 0..v_count {
            for j in 0..v_count {
                let product: f64 = (0..columns).map(|k| vt(i, k) * vt(j, k)).sum();
                worst = worst.max((product - unit(i, j)).abs());
            }
        }
        assert!(s.windows(2).all(|pair| pair[0] >= pair[1]), "{s:?}");
        worst
    }

    const SIZES: [[usize; 2]; 7] = [[1, 1], [3, 1], [1, 4], [5, 5], [9, 4], [4, 11], [40, 33]];

    #[test]
    fn factors_give_the_matrix_back() {
        for [rows, columns] in SIZES {
            for full in [false, true] {
                let x = values(rows * columns, 1);
                for scale in [1.0, 1e-38, 1e37] {
                    let worst = error(rows, columns, full, &x.iter().map(|x| x * scale).collect::<Vec<_>>());
                    assert!(worst < 1e-6, "{rows} × {columns}, full {full}, of {scale}: {worst}");
                }
            }
        }
    }

    #[test]
    fn matrices_without_full_rank_have_whole_bases() {
        for [rows, columns] in SIZES {
            for full in [false, true] {
                assert!(error(rows, columns, full, &vec![0.0; rows * columns]) < 1e-6);
                assert!(error(rows, columns, full, &vec![3.0; rows * columns]) < 1e-6);
                let rank_two: Vec<f32> =
                    (0..rows * columns).map(|at| ((at / columns) * 2 + at % columns) as f32).collect();
                assert!(error(rows, columns, full, &rank_two) < 1e-6, "{rows} × {columns}");
            }
        }
    }

    #[test]
    fn small_singular_values_are_as_exact_as_large_ones() {
        assert_eq!(run(3, 2, false, &[1e10, 0.0, 0.0, 3e-10, 0.0, 4e-10]).s, [1e10, 5e-10]);
        // 1 and 1e-6 along turned axes: f32 alone keeps one digit of the small one.
        let [c, s] = [0.8f32, 0.6];
        let x = [c, -s * 2e-6, s, c * 2e-6].map(|x| x * 1024.0);
        let found = run(2, 2, false, &x).s;
        let small = 1024.0 * 2e-6;
        assert!((found[1] / small - 1.0).abs() < 1e-6, "{found:?}");
    }

    #[test]
    fn signs_are_those_of_the_largest_element_of_a_right_vector() {
        for [rows, columns] in SIZES {
            let Found { vt, .. } = run(rows, columns, false, &values(rows * columns, 1));
            for row in vt.chunks_exact(columns) {
                let most = row.iter().fold(0.0f32, |most, x| if x.abs() > most.abs() { *x } else { most });
                assert!(most > 0.0, "{row:?}");
            }
        }
    }
}
