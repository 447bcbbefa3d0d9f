//! Shapes and strides of a call: read from the frame that TypeScript wrote, simplified before a kernel sees them.

pub mod frames;
mod walk;

pub use frames::MAX_RANK;
pub use walk::Walk;

/// The axes that two-dimensional kernels compute with. TypeScript calls them only where the depth has a size of 1.
pub fn rows_and_columns([_, rows, columns]: [i32; frames::IMAGE_AXES]) -> [usize; 2] {
    [rows as usize, columns as usize]
}
