//! The only wasm-bindgen surface. Bindings take numbers and pointers into the heap; shapes come as i32 words in the
//! frame; TypeScript has validated everything, and whatever needs scratch memory answers with a [`Status`].

pub mod address;
pub mod attention;
pub mod convolution;
pub mod copy;
pub mod crew;
pub mod decompose;
pub mod elementwise;
pub mod gather;
pub mod linear;
pub mod memory;
pub mod normalise;
pub mod optimise;
pub mod pooling;
pub mod project;
pub mod random;
pub mod recurrent;
pub mod reduce;
pub mod softmax;
pub mod sort;
pub mod word_vectors;

/// What a kernel that can fail answers: 0 done, 1 no memory, 2 a whole number that does not fit. The output's content is
/// undefined where it is not done.
pub type Status = u32;
pub const DONE: Status = 0;
pub const OUT_OF_MEMORY: Status = 1;
pub const OVERFLOW: Status = 2;

/// The status of a kernel that says whether all of its whole numbers fit.
fn fitting(all_fit: bool) -> Status {
    if all_fit { DONE } else { OVERFLOW }
}
