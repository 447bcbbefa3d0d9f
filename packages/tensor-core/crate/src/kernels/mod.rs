//! The kernels, generic over the lane. They know pointers, counts and strides; nothing of tensors.

pub mod cast;
pub mod copy;
pub mod elementwise;
pub mod transcendental;
