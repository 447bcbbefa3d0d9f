//! Random numbers from a counter: Philox 4×32-10 turns (seed, counter) into four words. A call uses as many blocks of
//! four as its count alone determines, so that a generator advances by a known amount and any call can be repeated.

mod distribution;
mod normal;
mod philox;

pub(in crate::kernels) use distribution::unit;
pub use distribution::{below, bernoulli, permutation, uniform};
pub use normal::normal;
pub use philox::Stream;
