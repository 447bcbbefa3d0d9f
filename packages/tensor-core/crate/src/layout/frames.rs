//! What TypeScript writes into the frame before a call, and in which order: this file is the only place that says so. The
//! build (`scripts/frames.mjs`) reads it as text and makes a typed writer of each struct, so it keeps to the forms that are
//! here: constants, structs of words (`i32`, `[i32; N]`) and of other frames, and `walks!`. Anything else stops the build.
//!
//! Sizes are validated in TypeScript. A field that Rust gains must be written there, or TypeScript does not compile.

use super::walk::walks;

/// The most axes a tensor can have.
pub const MAX_RANK: usize = 8;

/// The axes of an image: depth, height, width.
pub const IMAGE_AXES: usize = 3;

walks! {
    /// Sizes alone.
    ShapeWalk();
    /// A result and its operand.
    UnaryWalk(y, x);
    /// A result and its two operands.
    BinaryWalk(y, a, b);
    /// A choice between the elements of two operands.
    SelectWalk(y, condition, a, b);
    /// Elements at places along an axis that an index names. The operand that is reached through the index has stride 0 along
    /// that axis.
    GatherWalk(y, index, x);
    /// The batch axes of a product a · b = c.
    ProductWalk(a, b, c);
    /// The items of a batch of attentions.
    AttentionWalk(q, k, v, mask, lengths);
    /// The axes over which an operand is reduced.
    ReducedWalk(x);
}

/// A reduction.
#[repr(C)]
pub struct ReductionFrame {
    /// The axes that stay.
    pub kept: UnaryWalk,
    /// The axes that go.
    pub reduced: ReducedWalk,
}

/// Products a · b = c of a batch: a is rows × depth, b depth × columns. Strides are in elements; c's columns are dense.
#[repr(C)]
pub struct ProductFrame {
    pub rows: i32,
    pub columns: i32,
    pub depth: i32,
    pub a_row_stride: i32,
    pub a_column_stride: i32,
    pub b_row_stride: i32,
    pub b_column_stride: i32,
    pub c_row_stride: i32,
    pub batch: ProductWalk,
}

/// A convolution or one of its gradients, over up to three axes. An axis that is not there comes before those that are, with a
/// size, kernel, stride and dilation of 1 and no padding.
#[repr(C)]
pub struct ConvolutionFrame {
    pub batch: i32,
    pub groups: i32,
    /// Channels of the image, all groups together.
    pub channels: i32,
    /// Channels of the output, all groups together.
    pub filters: i32,
    pub image: [i32; IMAGE_AXES],
    pub kernel: [i32; IMAGE_AXES],
    pub output: [i32; IMAGE_AXES],
    pub stride: [i32; IMAGE_AXES],
    /// Zeros before the first element of each axis; how many follow the last one is in the output's size.
    pub padding: [i32; IMAGE_AXES],
    pub dilation: [i32; IMAGE_AXES],
    /// 1 for the products of the definition and nothing else; 0 for what is fastest.
    pub exact: i32,
}

/// A pooling or its gradient, over up to three axes; an axis that is not there as in `ConvolutionFrame`.
#[repr(C)]
pub struct PoolingFrame {
    /// Batch and channels together.
    pub planes: i32,
    pub image: [i32; IMAGE_AXES],
    pub output: [i32; IMAGE_AXES],
    /// 1 if the windows follow from the sizes of image and output, and the fields below say nothing; else 0.
    pub adaptive: i32,
    pub kernel: [i32; IMAGE_AXES],
    pub stride: [i32; IMAGE_AXES],
    /// Before the first element of each axis.
    pub padding: [i32; IMAGE_AXES],
    /// Behind the last; a last window may reach beyond.
    pub padding_after: [i32; IMAGE_AXES],
    pub dilation: [i32; IMAGE_AXES],
}

/// A recurrent net's sequence, or its gradient.
#[repr(C)]
pub struct SequenceFrame {
    pub time: i32,
    pub batch: i32,
    /// Features of a step's input.
    pub input: i32,
    /// Hidden units.
    pub hidden: i32,
    /// Features of the state: the hidden units, or what they are projected to.
    pub state: i32,
    /// 1 if it runs from the end of time, else 0.
    pub reverse: i32,
}

/// Attention, or its gradient. Strides are in elements; queries, keys and values are dense along their features.
#[repr(C)]
pub struct AttentionFrame {
    pub queries: i32,
    pub keys: i32,
    /// Features of a query and a key.
    pub size: i32,
    pub value_size: i32,
    pub q_row_stride: i32,
    pub k_row_stride: i32,
    pub v_row_stride: i32,
    pub mask_row_stride: i32,
    pub mask_column_stride: i32,
    /// 1 if query i sees the keys up to i alone, else 0.
    pub causal: i32,
    pub batch: AttentionWalk,
}

/// Word vectors to be learnt from a text.
#[repr(C)]
pub struct WordsFrame {
    /// Words of the text.
    pub tokens: i32,
    pub sentences: i32,
    /// Features of a vector.
    pub size: i32,
    /// Words of the vocabulary.
    pub words: i32,
    pub input_rows: i32,
    /// Steps of all paths together.
    pub paths: i32,
    /// Rows of all words together.
    pub subwords: i32,
    /// 1 for a word from all around it, 0 from each.
    pub bag: i32,
    pub window: i32,
    /// 1 if windows are drawn, 0 if each is as wide as it may be.
    pub shrink: i32,
    pub negative: i32,
    /// 1 for the mean of rows that stand together, 0 for their sum.
    pub mean: i32,
    /// 0 for blocks, 1 for the order of the text, 2 for threads that do not wait for each other.
    pub order: i32,
    /// Words whose steps are laid out at once, for blocks.
    pub round: i32,
    pub seed_low: i32,
    pub seed_high: i32,
    pub counter_low: i32,
    pub counter_high: i32,
}
