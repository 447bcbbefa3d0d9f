//! Updates of some rows of a table, in place: the others are neither read nor written.

use super::{Adam, Sgd, power, sgd_lane};
use crate::crew::{parts_for, share};
use crate::lane::{Lane, WIDTH};
use crate::parts::pieces;

/// Which rows: indices that ascend, each within the table and named once, and the length of a row.
#[derive(Clone, Copy)]
pub struct Rows {
    pub count: usize,
    pub size: usize,
    pub indices: *const i32,
}

impl Rows {
    /// Calls `f` with the offset of each row in the table and in the rows that came, on as many threads as it is worth.
    /// # Safety: as [`share`], for each row.
    unsafe fn share(self, f: impl Fn(usize, usize)) {
        let nanoseconds = (self.count * self.size) as u64;
        let cut = pieces(self.count, parts_for(nanoseconds), 1);
        share(cut.count(), nanoseconds, |part| {
            for i in cut.get(part) {
                f(*self.indices.add(i) as usize * self.size, i * self.size);
            }
        });
    }
}

#[inline(always)]
fn lanes(size: usize, f: impl Fn(usize, usize)) {
    for at in (0..size).step_by(WIDTH) {
        f(at, WIDTH.min(size - at));
    }
}

/// A step of SGD for these rows, whose gradients come one after the other.
/// # Safety: the table and, with momentum, `velocity` hold every row named, `gradient` holds count × size floats; all apart.
pub unsafe fn sgd_rows<L: Lane>(of: &Sgd, rows: Rows, parameter: *mut f32, gradient: *const f32, velocity: *mut f32) {
    rows.share(|at, from| {
        lanes(rows.size, sgd_lane::<L>(of, parameter.add(at), gradient.add(from), velocity.wrapping_add(at)));
    });
}

/// A step of Adam for these rows, as PyTorch's SparseAdam: m = β₁ m + (1 - β₁) g; v = β₂ v + (1 - β₂) g²;
/// p -= rate √(1 - β₂ᵗ) / (1 - β₁ᵗ) · m / (√v + ε), with one t for the whole table.
/// # Safety: the table, `mean` and `square` hold every row named, `gradient` holds count × size floats; all apart.
pub unsafe fn adam_rows<L: Lane>(
    of: &Adam,
    rows: Rows,
    parameter: *mut f32,
    gradient: *const f32,
    mean: *mut f32,
    square: *mut f32,
) {
    let splat = |x: f64| L::splat(x as f32);
    let (beta1, fresh1) = (splat(of.beta1), splat(1.0 - of.beta1));
    let (beta2, fresh2) = (splat(of.beta2), splat(1.0 - of.beta2));
    let rate = splat(of.rate * (1.0 - power(of.beta2, of.step)).sqrt() / (1.0 - power(of.beta1, of.step)));
    let (epsilon, scale) = (splat(of.epsilon), L::splat(of.scale));
    rows.share(|row, from| {
        lanes(rows.size, |at, n| {
            let (p, m, v) = (parameter.add(row + at), mean.add(row + at), square.add(row + at));
            let g = L::load_first(gradient.add(from + at), n).mul(scale);
            let new_mean = L::load_first(m, n).multiply_add(beta1, g.mul(fresh1));
            let new_square = L::load_first(v, n).multiply_add(beta2, g.mul(g).mul(fresh2));
            new_mean.store_first(m, n);
            new_square.store_first(v, n);
            let step = new_mean.div(new_square.sqrt().add(epsilon));
            step.negative_multiply_add(rate, L::load_first(p, n)).store_first(p, n);
        });
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gemm::tests::values;
    use crate::lane::Scalar;

    const INDICES: [i32; 3] = [0, 2, 6];
    const SIZE: usize = 5;

    fn rows() -> Rows {
        Rows { count: INDICES.len(), size: SIZE, indices: INDICES.as_ptr() }
    }

    /// Each element of a table of 7 rows with the gradient that its row has, if it is named.
    fn elements() -> impl Iterator<Item = (usize, Option<usize>)> {
        (0..7 * SIZE)
            .map(|i| (i, INDICES.iter().position(|&row| row as usize == i / SIZE).map(|at| at * SIZE + i % SIZE)))
    }

    #[test]
    fn rows_that_are_named_take_the_step_of_sparse_adam_and_the_others_stay() {
        let (before, mean, mut square) = (values(35, 1), values(35, 2), values(35, 3));
        square.iter_mut().for_each(|v| *v = v.abs());
        let gradient = values(15, 4);
        let of = Adam {
            rate: 0.1,
            beta1: 0.9,
            beta2: 0.99,
            epsilon: 1e-3,
            weight_decay: 0.0,
            decoupled: false,
            step: 3,
            scale: 0.5,
        };
        let (mut p, mut m, mut v) = (before.clone(), mean.clone(), square.clone());
        // SAFETY: the tables have seven rows.
        unsafe {
            adam_rows::<Scalar>(&of, rows(), p.as_mut_ptr(), gradient.as_ptr(), m.as_mut_ptr(), v.as_mut_ptr());
        }
        for (i, from) in elements() {
            let Some(from) = from else {
                assert_eq!((p[i], m[i], v[i]), (before[i], mean[i], square[i]));
                continue;
            };
            let g = 0.5 * f64::from(gradient[from]);
            let want_m = 0.9 * f64::from(mean[i]) + 0.1 * g;
            let want_v = 0.99 * f64::from(square[i]) + 0.01 * g * g;
            let size = 0.1 * (1.0 - 0.99f64.powi(3)).sqrt() / (1.0 - 0.9f64.powi(3));
            let want = f64::from(before[i]) - size * want_m / (want_v.sqrt() + 1e-3);
            for (got, want) in [(p[i], want), (m[i], want_m), (v[i], want_v)] {
                assert!((f64::from(got) - want).abs() < 2e-6, "{got} is not {want} at {i}");
            }
        }
    }

    #[test]
    fn rows_that_are_named_take_the_step_of_sgd_and_the_others_keep_their_velocity() {
        let (before, velocity, gradient) = (values(35, 1), values(35, 2), values(15, 4));
        let of = Sgd {
            rate: 0.1,
            momentum: 0.9,
            dampening: 0.2,
            weight_decay: 0.0,
            nesterov: true,
            first: false,
            scale: 2.0,
        };
        let (mut p, mut v) = (before.clone(), velocity.clone());
        // SAFETY: the tables have seven rows.
        unsafe { sgd_rows::<Scalar>(&of, rows(), p.as_mut_ptr(), gradient.as_ptr(), v.as_mut_ptr()) };
        for (i, from) in elements() {
            let Some(from) = from else {
                assert_eq!((p[i], v[i]), (before[i], velocity[i]));
                continue;
            };
            let g = 2.0 * f64::from(gradient[from]);
            let want_v = 0.9 * f64::from(velocity[i]) + 0.8 * g;
            let want = f64::from(before[i]) - 0.1 * (g + 0.9 * want_v);
            assert!((f64::from(v[i]) - want_v).abs() < 2e-6 && (f64::from(p[i]) - want).abs() < 2e-6, "{i}");
        }
    }
}
