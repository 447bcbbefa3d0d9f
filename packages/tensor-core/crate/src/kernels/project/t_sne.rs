//! What moves the points of t-SNE (van der Maaten & Hinton 2008) by Barnes–Hut (van der Maaten 2014). Four points that are
//! neighbours walk the tree together, one in each element of a lane: a square counts as one point if it does so for all of
//! them, so that a walk opens no less than each by itself would.

use super::quad_tree::{MOST, QuadTree};
use crate::arena::Scratch;
use crate::crew::{parts_for, share};
use crate::lane::{Lane, WIDTH};
use crate::parts::pieces;

/// The probabilities p of pairs, as rows: places and values of row i are from `starts[i]` up to `starts[i + 1]`.
pub struct Near {
    pub starts: *const i32,
    pub places: *const i32,
    pub values: *const f32,
    /// They count so many times.
    pub exaggeration: f32,
}

/// 4 Σ (e p − q) (1 + d²)⁻¹ (y − y_j) of each point, with q = (1 + d²)⁻¹ / Z, and Z. None if memory is short. Points must be
/// finite.
/// # Safety: `points` and `gradient` have 2 · count elements, apart; starts ascend from 0 to the number of pairs, places
/// are below count; `sum` is writable.
pub unsafe fn t_sne_forces<L: Lane>(
    count: usize,
    points: *const f32,
    near: &Near,
    theta: f32,
    gradient: *mut f32,
    sum: *mut f32,
) -> Option<()> {
    *sum = 0.0;
    if count == 0 {
        return Some(());
    }
    if count > MOST {
        return None;
    }
    let mut tree = QuadTree::new(count)?;
    let sums = Scratch::f32s(count)?;
    tree.build(points);
    let nanoseconds = count as u64 * u64::from(count.ilog2() + 1) * 60;
    let cut = pieces(count, parts_for(nanoseconds), WIDTH);
    share(cut.count(), nanoseconds, |part| {
        for at in cut.get(part).step_by(WIDTH) {
            let few = WIDTH.min(count - at);
            // Behind the last point it comes again.
            let four: [usize; WIDTH] = core::array::from_fn(|i| tree.point((at + i).min(count - 1)));
            let [x, y] = [0, 1].map(|axis| L::from_array(four.map(|i| *points.add(2 * i + axis))));
            let places = core::array::from_fn(|i| (at + i).min(count - 1) as f32);
            let found = repulsion(&tree, x, y, places, theta).map(L::to_array);
            for (i, &point) in four[..few].iter().enumerate() {
                *gradient.add(2 * point) = found[0][i];
                *gradient.add(2 * point + 1) = found[1][i];
                *sums.pointer().add(point) = found[2][i];
            }
        }
    });
    let all: f64 = (0..count).map(|i| f64::from(*sums.pointer().add(i))).sum();
    *sum = all as f32;
    // Of one point, or of points so far from each other that no pair has a q, nothing is taken away.
    let share_of_all = if all > 0.0 { 1.0 / all } else { 0.0 };
    let pairs = *near.starts.add(count) as u64;
    let nanoseconds = pairs * 2 + count as u64 * 10;
    let cut = pieces(count, parts_for(nanoseconds), 1);
    share(cut.count(), nanoseconds, |part| {
        for i in cut.get(part) {
            let pull = attraction::<L>(points, near, i);
            for axis in 0..2 {
                let force = gradient.add(2 * i + axis);
                let push = (f64::from(*force) * share_of_all) as f32;
                *force = 4.0 * (near.exaggeration * pull[axis] - push);
            }
        }
    });
    Some(())
}

/// Of four points Σ n (1 + d²)⁻² (y − y_j) along both axes and Σ n (1 + d²)⁻¹, over squares of n points, without themselves.
/// `places` are theirs in Morton's order: squares are passed in it, so that what was passed tells which of them a square holds.
#[inline(always)]
unsafe fn repulsion<L: Lane>(tree: &QuadTree, x: L, y: L, places: [f32; WIDTH], theta: f32) -> [L; 3] {
    let squares = tree.squares();
    let [one, limit, all] = [L::splat(1.0), L::splat(theta * theta), L::splat_bits(u32::MAX)];
    let (mut force_x, mut force_y, mut sum) = (L::splat(0.0), L::splat(0.0), L::splat(0.0));
    let mut at = 0;
    let mut passed = 0.0; // points; whole numbers up to MOST are f32s
    while at < squares.len() {
        let square = squares.get_unchecked(at);
        let (dx, dy) = (x.sub(L::splat(square.x)), y.sub(L::splat(square.y)));
        let distance = dx.multiply_add(dx, dy.mul(dy));
        let is_far = L::splat(square.squared).less_equal(distance.mul(limit));
        if all.and_not(is_far).any() {
            at += 1;
            continue;
        }
        let end = passed + square.count;
        let count = L::splat(square.count);
        let mut others = count;
        // To add a point's own 1 and take it away again would leave nothing of sums that are small beside it.
        if passed <= places[WIDTH - 1] && places[0] < end {
            let own = |place: f32| f32::from(u8::from(passed <= place && place < end));
            others = L::from_array(places.map(|place| square.count - own(place)));
        }
        let q = one.div(one.add(distance));
        sum = others.multiply_add(q, sum);
        let force = q.mul(count).mul(q);
        force_x = force.multiply_add(dx, force_x);
        force_y = force.multiply_add(dy, force_y);
        passed = end;
        at = square.next as usize;
    }
    [force_x, force_y, sum]
}

/// Σ p (1 + d²)⁻¹ (y − y_j) over the neighbours of a point, four at a time.
#[inline(always)]
unsafe fn attraction<L: Lane>(points: *const f32, near: &Near, i: usize) -> [f32; 2] {
    let (start, end) = (*near.starts.add(i) as usize, *near.starts.add(i + 1) as usize);
    let [x, y] = [0, 1].map(|axis| L::load_splat(points.add(2 * i + axis)));
    let one = L::splat(1.0);
    let [mut force_x, mut force_y] = [L::splat(0.0); 2];
    for at in (start..end).step_by(WIDTH) {
        let few = WIDTH.min(end - at);
        let four: [usize; WIDTH] = core::array::from_fn(|i| *near.places.add((at + i).min(end - 1)) as usize);
        let [dx, dy] = [0, 1].map(|axis| L::from_array(four.map(|i| *points.add(2 * i + axis))));
        let (dx, dy) = (x.sub(dx), y.sub(dy));
        let p = L::load_first(near.values.add(at), few);
        let force = p.div(one.add(dx.multiply_add(dx, dy.mul(dy))));
        force_x = force.multiply_add(dx, force_x);
        force_y = force.multiply_add(dy, force_y);
    }
    [force_x.sum(), force_y.sum()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gemm::tests::values;
    use crate::lane::Scalar;

    const NEIGHBOURS: usize = 5;

    /// Points, and rows of neighbours of varying length.
    fn world(count: usize) -> (Vec<f32>, Vec<i32>, Vec<i32>, Vec<f32>) {
        let points: Vec<f32> = values(2 * count, 1).iter().map(|x| x * 9.0).collect();
        let mut starts = vec![0];
        let mut places = vec![];
        for i in 0..count {
            let few = if count > 1 { i % NEIGHBOURS } else { 0 };
            places.extend((0..few).map(|k| ((i * 31 + k * 17 + 1) % count) as i32));
            starts.push(places.len() as i32);
        }
        let shares = values(places.len(), 2).iter().map(|x| x.abs() / 50.0).collect();
        (points, starts, places, shares)
    }

    fn run(points: &[f32], [starts, places]: [&[i32]; 2], shares: &[f32], theta: f32) -> (Vec<f32>, f32) {
        let (mut gradient, mut sum) = (vec![7.0; points.len()], 7.0);
        let near =
            Near { starts: starts.as_ptr(), places: places.as_ptr(), values: shares.as_ptr(), exaggeration: 3.0 };
        // SAFETY: the slices have the sizes given.
        unsafe {
            let count = points.len() / 2;
            t_sne_forces::<Scalar>(count, points.as_ptr(), &near, theta, gradient.as_mut_ptr(), &mut sum).unwrap();
        }
        (gradient, sum)
    }

    /// All pairs, in f64.
    fn reference(points: &[f32], [starts, places]: [&[i32]; 2], shares: &[f32]) -> (Vec<f64>, f64) {
        let count = points.len() / 2;
        let apart =
            |i: usize, j: usize| [0, 1].map(|axis| f64::from(points[2 * i + axis]) - f64::from(points[2 * j + axis]));
        let q = |[x, y]: [f64; 2]| 1.0 / (1.0 + x * x + y * y);
        let others = |i: usize| (0..count).filter(move |&j| j != i);
        let sum: f64 = (0..count).map(|i| others(i).map(|j| q(apart(i, j))).sum::<f64>()).sum();
        let mut gradient = vec![0.0; 2 * count];
        for i in 0..count {
            for axis in 0..2 {
                let back: f64 = others(i).map(|j| q(apart(i, j)).powi(2) * apart(i, j)[axis]).sum();
                let pull: f64 = (starts[i] as usize..starts[i + 1] as usize)
                    .map(|k| (places[k] as usize, f64::from(shares[k])))
                    .map(|(j, p)| p * q(apart(i, j)) * apart(i, j)[axis])
                    .sum();
                gradient[2 * i + axis] = 4.0 * (3.0 * pull - back / sum);
            }
        }
        (gradient, sum)
    }

    #[test]
    fn without_squares_that_count_as_one_it_is_the_sum_over_all_pairs() {
        for count in [2, 3, 4, 5, 9, 200] {
            let (points, starts, places, shares) = world(count);
            let (gradient, sum) = run(&points, [&starts, &places], &shares, 0.0);
            let (want, want_sum) = reference(&points, [&starts, &places], &shares);
            assert!((f64::from(sum) / want_sum - 1.0).abs() < 1e-5, "{count}: {sum} {want_sum}");
            for (found, want) in gradient.iter().zip(&want) {
                assert!((f64::from(*found) - want).abs() < 1e-6, "{count}: {found} {want}");
            }
        }
    }

    #[test]
    fn squares_that_count_as_one_change_little() {
        let (points, starts, places, shares) = world(500);
        let (gradient, sum) = run(&points, [&starts, &places], &shares, 0.5);
        let (want, want_sum) = reference(&points, [&starts, &places], &shares);
        assert!((f64::from(sum) / want_sum - 1.0).abs() < 1e-2, "{sum} {want_sum}");
        let largest = want.iter().fold(0.0f64, |most, x| most.max(x.abs()));
        let worst = gradient.iter().zip(&want).map(|(x, want)| (f64::from(*x) - want).abs()).fold(0.0, f64::max);
        assert!(worst > 0.0 && worst < 0.02 * largest, "{worst} of {largest}");
    }

    #[test]
    fn sums_of_points_far_apart_are_not_lost_beside_their_own() {
        for (scale, theta) in [1e2, 1e4, 1e7].into_iter().flat_map(|scale| [(scale, 0.0), (scale, 0.5)]) {
            let points: Vec<f32> = [0.0, 0.0, 9.0, 1.0, -7.0, 8.0].map(|x| x * scale).into();
            let (starts, places, shares) = ([0, 1, 2, 3], [1, 2, 0], [0.1, 0.2, 0.3]);
            let (gradient, sum) = run(&points, [&starts, &places], &shares, theta);
            let (want, want_sum) = reference(&points, [&starts, &places], &shares);
            assert!((f64::from(sum) / want_sum - 1.0).abs() < 1e-5, "{scale}: {sum} {want_sum}");
            let largest = want.iter().fold(0.0f64, |most, x| most.max(x.abs()));
            for (found, want) in gradient.iter().zip(&want) {
                assert!((f64::from(*found) - want).abs() < 1e-5 * largest, "{scale}: {found} {want}");
            }
        }
        // So far that squares of distances are infinite: nothing moves, and nothing is divided by 0.
        assert_eq!(run(&[-1e30, 0.0, 1e30, 0.0], [&[0, 1, 2], &[1, 0]], &[0.5, 0.5], 0.5), (vec![0.0; 4], 0.0));
    }

    #[test]
    fn points_in_one_place_do_not_move_each_other() {
        let (gradient, sum) = run(&[2.0, -1.0].repeat(9), [&[0; 10], &[]], &[], 0.5);
        assert_eq!((gradient, sum), (vec![0.0; 18], 72.0));
        assert_eq!(run(&[2.0, 5.0], [&[0, 0], &[]], &[], 0.5), (vec![0.0; 2], 0.0));
    }
}
