//! The kernels of Unfold, built to WebAssembly with plain or relaxed SIMD, and natively (scalar lane) for `cargo test`.
//!
//! Reading order: `lane` (four floats at a time), `layout` (shapes and strides), `arena` (memory), then a kernel family,
//! and `bindings` for what TypeScript calls.

#![cfg_attr(all(target_arch = "wasm32", target_feature = "atomics"), feature(stdarch_wasm_atomic_wait))]

pub mod arena;
pub mod bindings;
pub mod crew;
pub mod gemm;
pub mod kernels;
pub mod lane;
pub mod layout;
pub mod parts;
