//! Element by element: y = f(x), y = f(a, b), comparisons, selection. Every kernel takes a walk whose first operand is
//! the output; `lanes` and `items` hold the loops, the others hold the formulas.

mod binary;
mod comparison;
mod items;
mod lanes;
mod select;
mod unary;

/// Elements a nanosecond, of a sum or a comparison, and of an exponential or its like.
const CHEAP: u64 = 3;
const DEAR: u64 = 1;

/// What reading, computing little and writing so many elements takes on one thread.
pub(in crate::kernels) fn cheap(elements: usize) -> u64 {
    elements as u64 / CHEAP
}

pub use binary::{Binary, IntegerBinary, binary, integer_binary};
pub use comparison::{Comparison, Logical, compare, logical};
pub use items::{map_items, zip_items};
pub use lanes::{map_lanes, map_run, zip_lanes, zip_run};
pub use select::{clamp, integer_clamp, select};
pub use unary::{IntegerUnary, Unary, integer_unary, scaled_softplus, unary};
