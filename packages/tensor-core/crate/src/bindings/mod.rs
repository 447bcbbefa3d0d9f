//! The only wasm-bindgen surface. Bindings take numbers and pointers into the heap; shapes come as i32 words in the
//! frame; TypeScript has validated everything, and whatever needs scratch memory answers with a [`Status`].

pub mod convolution;
pub mod copy;
pub mod crew;
pub mod elementwise;
pub mod gather;
pub mod linear;
pub mod memory;
pub mod normalise;
pub mod optimise;
pub mod pooling;
pub mod random;
pub mod reduce;
pub mod softmax;
pub mod sort;

/// What a kernel that allocates answers: 0 done, 1 no memory (the output's content is then undefined).
pub type Status = u32;
pub const DONE: Status = 0;
pub const OUT_OF_MEMORY: Status = 1;
