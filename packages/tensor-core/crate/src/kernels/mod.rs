//! The kernels, generic over the lane. They know pointers, counts and strides; nothing of tensors.

pub mod attention;
pub mod coalesce;
pub mod convolution;
pub mod copy;
pub mod decompose;
pub mod elementwise;
pub mod gather;
pub mod normalise;
pub mod optimise;
pub mod pooling;
pub mod project;
pub mod random;
pub mod recurrent;
pub mod reduce;
pub mod softmax;
pub mod sort;
pub mod transcendental;
pub mod word_vectors;
