//! Element by element: y = f(x), y = f(a, b), comparisons, selection. Every kernel takes a walk whose first operand is
//! the output; `lanes` and `items` hold the loops, the others hold the formulas.

mod binary;
mod comparison;
mod items;
mod lanes;
mod select;
mod unary;

pub use binary::{Binary, IntegerBinary, binary, integer_binary};
pub use comparison::{Comparison, Logical, compare, logical};
pub use items::{map_items, zip_items};
pub use lanes::{map_lanes, map_run, zip_lanes, zip_run};
pub use select::{clamp, integer_clamp, select};
pub use unary::{IntegerUnary, Unary, integer_unary, unary};
