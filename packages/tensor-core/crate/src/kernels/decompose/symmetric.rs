//! Eigenvalues and eigenvectors of symmetric matrices: Householder's reduction to three diagonals, then the implicit QL method
//! (Wilkinson & Reinsch 1971, contributions II/2 and II/4). Eigenvectors stay rows while they are turned, so that memory is
//! read in order.

use super::{Rows, add, dot, each, leans_back, scale, take_both, turn};

/// QL steps for one eigenvalue; two are usual.
const MOST_STEPS: usize = 60;

/// Which of the two triangles of a matrix counts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Triangle {
    /// Both: the mean of the two.
    Both,
    Lower,
    Upper,
}

/// Of each symmetric matrix of a batch eigenvalues, ascending, and eigenvectors as columns, in each of which the element of the
/// largest magnitude is positive. None if memory is short.
/// # Safety: `x` and `vectors` have batch · n² elements, `values` batch · n, apart; elements are finite.
pub unsafe fn symmetric_eigen(
    batch: usize,
    n: usize,
    triangle: Triangle,
    x: *const f32,
    values: *mut f32,
    vectors: *mut f32,
) -> Option<()> {
    let square = n.checked_mul(n)?;
    each(batch, square + 2 * n, (n as u64).pow(3) * 10 + 1000, |item, room| {
        let x = core::slice::from_raw_parts(x.add(item * square), square);
        let values = core::slice::from_raw_parts_mut(values.add(item * n), n);
        let vectors = core::slice::from_raw_parts_mut(vectors.add(item * square), square);
        let (rows, rest) = room.split_at_mut(square);
        let (diagonal, beside) = rest.split_at_mut(n);
        for i in 0..n {
            for j in 0..=i {
                let (lower, upper) = (f64::from(x[i * n + j]), f64::from(x[j * n + i]));
                let value = match triangle {
                    Triangle::Both => 0.5 * (lower + upper),
                    Triangle::Lower => lower,
                    Triangle::Upper => upper,
                };
                rows[i * n + j] = value;
                rows[j * n + i] = value;
            }
        }
        let mut rows = Rows { values: rows, size: n };
        eigen(&mut rows, diagonal, beside);
        for i in 0..n {
            values[i] = diagonal[i] as f32;
            let row = rows.row(i);
            let sign = if leans_back(row) { -1.0 } else { 1.0 };
            for (j, value) in row.iter().enumerate() {
                vectors[j * n + i] = (sign * value) as f32;
            }
        }
    })
}

/// Turns a symmetric matrix into its eigenvectors, one a row, and gives their eigenvalues, ascending. `beside` is scratch.
pub(super) fn eigen(a: &mut Rows, diagonal: &mut [f64], beside: &mut [f64]) {
    to_three_diagonals(a, diagonal, beside);
    ql(a, diagonal, beside);
    for i in 0..diagonal.len() {
        // Of equal ones the first, so that the order is one.
        let least = (i..diagonal.len()).fold(i, |least, j| if diagonal[j] < diagonal[least] { j } else { least });
        diagonal.swap(i, least);
        a.swap(i, least);
    }
}

/// A = Q T Qᵀ: writes T's diagonals, and Qᵀ over A.
fn to_three_diagonals(a: &mut Rows, diagonal: &mut [f64], beside: &mut [f64]) {
    let n = diagonal.len();
    // Row k keeps the vector v of the reflection 1 − v vᵀ, whose square is 2, behind the diagonal; 0 is none.
    for k in 0..n {
        diagonal[k] = a.row(k)[k];
        beside[k] = 0.0;
        if k + 1 == n {
            break;
        }
        let (v, rest) = a.values[k * n..].split_at_mut(n);
        let v = &mut v[k + 1..];
        let tail = dot(&v[1..], &v[1..]);
        if tail == 0.0 {
            beside[k] = v[0];
            v.fill(0.0);
            continue;
        }
        let length = (tail + v[0] * v[0]).sqrt();
        let length = if v[0] > 0.0 { -length } else { length };
        beside[k] = length;
        v[0] -= length;
        let squared = tail + v[0] * v[0];
        scale((2.0 / squared).sqrt(), v);
        // A ← A − v wᵀ − w vᵀ with w = p − ½ (pᵀ v) v, p = A v.
        let w = &mut diagonal[k + 1..];
        for (i, w) in w.iter_mut().enumerate() {
            *w = dot(&rest[i * n + k + 1..][..n - k - 1], v);
        }
        add(-0.5 * dot(w, v), v, w);
        for i in 0..v.len() {
            take_both(v[i], w, w[i], v, &mut rest[i * n + k + 1..][..n - k - 1]);
        }
    }
    // Qᵀ = H_last … H_0 from the last one on: row k is only used by H_k, and then becomes that of the unit matrix.
    for k in (0..n).rev() {
        let (before, rest) = a.values.split_at_mut((k + 1) * n);
        let row = &mut before[k * n..];
        let v = &row[k + 1..];
        // Of the rows below, which are zero before column k + 1: M ← M − (M v) vᵀ.
        for i in 0..n - k - 1 {
            let below = &mut rest[i * n + k + 1..][..n - k - 1];
            add(-dot(below, v), v, below);
        }
        row.fill(0.0);
        row[k] = 1.0;
    }
}

/// The eigenvalues of three diagonals, in any order; turns the rows along.
fn ql(rows: &mut Rows, d: &mut [f64], e: &mut [f64]) {
    let n = d.len();
    for l in 0..n {
        for _ in 0..MOST_STEPS {
            let is_small = |m: usize| e[m].abs() <= f64::EPSILON * (d[m].abs() + d[m + 1].abs());
            let m = (l..n - 1).find(|&m| is_small(m)).unwrap_or(n - 1);
            if m == l {
                break;
            }
            let ahead = (d[l + 1] - d[l]) / (2.0 * e[l]);
            let root = (ahead * ahead + 1.0).sqrt();
            let mut g = d[m] - d[l] + e[l] / (ahead + if ahead < 0.0 { -root } else { root });
            let (mut s, mut c, mut p) = (1.0, 1.0, 0.0);
            let mut broke_off = false;
            for i in (l..m).rev() {
                let (f, b) = (s * e[i], c * e[i]);
                let r = (f * f + g * g).sqrt();
                e[i + 1] = r;
                if r == 0.0 {
                    d[i + 1] -= p;
                    e[m] = 0.0;
                    broke_off = true;
                    break;
                }
                (s, c) = (f / r, g / r);
                g = d[i + 1] - p;
                let t = (d[i] - g) * s + 2.0 * c * b;
                p = s * t;
                d[i + 1] = g + p;
                g = c * t - b;
                let (x, y) = rows.pair(i, i + 1);
                turn(x, y, c, s);
            }
            if !broke_off {
                d[l] -= p;
                e[l] = g;
                e[m] = 0.0;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gemm::tests::values;

    /// The largest error of V diag(λ) Vᵀ and of VᵀV, where the largest eigenvalue is 1.
    fn error(n: usize, x: &[f32]) -> (f64, Vec<f32>) {
        let (mut lambda, mut v) = (vec![7.0; n], vec![7.0; n * n]);
        // SAFETY: the slices have the sizes given.
        unsafe { symmetric_eigen(1, n, Triangle::Lower, x.as_ptr(), lambda.as_mut_ptr(), v.as_mut_ptr()) }.unwrap();
        let at = |i: usize, k: usize| f64::from(v[i * n + k]);
        let largest = lambda.iter().fold(1e-30f64, |most, x| most.max(f64::from(x.abs())));
        let mut worst: f64 = 0.0;
        for i in 0..n {
            for j in 0..n {
                let back: f64 = (0..n).map(|k| at(i, k) * f64::from(lambda[k]) * at(j, k)).sum();
                let unit: f64 = (0..n).map(|k| at(k, i) * at(k, j)).sum();
                let x = f64::from(x[i.max(j) * n + i.min(j)]);
                worst = worst.max((back - x).abs() / largest).max((unit - if i == j { 1.0 } else { 0.0 }).abs());
            }
        }
        assert!(lambda.windows(2).all(|pair| pair[0] <= pair[1]), "{lambda:?}");
        (worst, lambda)
    }

    #[test]
    fn vectors_give_the_matrix_back() {
        for n in [1, 2, 3, 5, 16, 61] {
            let x = values(n * n, 1);
            assert!(error(n, &x).0 < 1e-6, "{n}");
            for scale in [1e-38, 1e37] {
                let (worst, _) = error(n, &x.iter().map(|x| x * scale).collect::<Vec<_>>());
                assert!(worst < 1e-6, "{n} of {scale}: {worst}");
            }
        }
    }

    #[test]
    fn equal_eigenvalues_and_none_at_all() {
        for n in [1, 4, 9] {
            assert_eq!(error(n, &vec![0.0; n * n]), (0.0, vec![0.0; n]));
            let (worst, lambda) = error(n, &vec![1.0; n * n]);
            assert!(worst < 1e-6 && (lambda[n - 1] - n as f32).abs() < 1e-5, "{lambda:?}");
        }
        // SAFETY: there are no elements.
        unsafe { symmetric_eigen(3, 0, Triangle::Both, [].as_ptr(), [].as_mut_ptr(), [].as_mut_ptr()) }.unwrap();
    }
}
