//! Pictures of many features in a plane.

use super::address::{In, Out, range};
use super::{DONE, OUT_OF_MEMORY, Status};
use crate::kernels::project::t_sne::{Near, t_sne_forces as forces};
use crate::lane::Active;
use wasm_bindgen::prelude::wasm_bindgen;

/// The gradient of t-SNE at points (count, 2) by Barnes–Hut, and the sum that its q are divided by. Row i of `near` are
/// places and values from `starts[i]` up to `starts[i + 1]`.
#[wasm_bindgen]
pub fn t_sne_forces(
    count: usize,
    pairs: usize,
    points: In<f32>,
    starts: In<i32>,
    places: In<i32>,
    values: In<f32>,
    theta: f32,
    exaggeration: f32,
    gradient: Out<f32>,
    sum: Out<f32>,
) -> Status {
    let near = Near {
        starts: range!(starts, count + 1),
        places: range!(places, pairs),
        values: range!(values, pairs),
        exaggeration,
    };
    let (points, gradient) = (range!(points, [count, 2]), range!(gradient, [count, 2]));
    let sum = range!(sum, 1usize);
    // SAFETY: TypeScript passes live, contiguous storage of these sizes, and checked starts and places.
    unsafe { forces::<Active>(count, points, &near, theta, gradient, sum) }.map_or(OUT_OF_MEMORY, |()| DONE)
}
