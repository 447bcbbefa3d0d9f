//! Many features in a plane.

mod quad_tree;
pub mod t_sne;
