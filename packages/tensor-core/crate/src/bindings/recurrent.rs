//! Recurrent nets over sequences, (time, batch, features), and their gradients. The frame is a `SequenceFrame`; everything is
//! contiguous. An address of 0 is an operand that is absent or a result that is not wanted.

use super::{DONE, OUT_OF_MEMORY, Status, memory};
use crate::gemm::micro::SixByEight;
use crate::kernels::recurrent::{
    Forwarded, Gradients, Incoming, Recurrence, Results, Sequence, Weights, backward, forward,
};
use crate::lane::Active;
use crate::layout::frames::SequenceFrame;
use wasm_bindgen::prelude::wasm_bindgen;

fn sequence(recurrence: Recurrence, lengths: *const i32) -> Sequence {
    // SAFETY: TypeScript wrote this frame.
    let frame = unsafe { memory::frame_as::<SequenceFrame>() };
    let [time, batch, input, hidden, state] =
        [frame.time, frame.batch, frame.input, frame.hidden, frame.state].map(|size| size as usize);
    Sequence { recurrence, time, batch, input, hidden, state, reverse: frame.reverse != 0, lengths }
}

/// All steps from the state `h0` and the cells `c0`; `gates`, `cells` and `hidden` are for the gradient. A single step reads
/// `packed_input` and `packed_state` if they are there: the weights, transposed, as `pack_right` wrote them.
#[wasm_bindgen]
pub fn recurrent(
    recurrence: Recurrence,
    x: *const f32,
    input_weight: *const f32,
    state_weight: *const f32,
    input_bias: *const f32,
    state_bias: *const f32,
    projection: *const f32,
    packed_input: *const f32,
    packed_state: *const f32,
    h0: *const f32,
    c0: *const f32,
    lengths: *const i32,
    output: *mut f32,
    h_last: *mut f32,
    c_last: *mut f32,
    gates: *mut f32,
    cells: *mut f32,
    hidden: *mut f32,
) -> Status {
    let packed = [packed_input, packed_state];
    let weights = Weights { input: input_weight, state: state_weight, input_bias, state_bias, projection, packed };
    let to = Results { output, h_last, c_last, gates, cells, hidden };
    // SAFETY: TypeScript wrote the frame for live, contiguous operands of these sizes.
    unsafe { forward::<SixByEight<Active>>(&sequence(recurrence, lengths), x, &weights, [h0, c0], &to) }
        .map_or(OUT_OF_MEMORY, |()| DONE)
}

/// The gradients of the sums that go into the gates of `recurrent`, of projected states, `h0` and `c0`, from what it gave and
/// the gradients of its results, each of which may be 0.
#[wasm_bindgen]
pub fn recurrent_gradient(
    recurrence: Recurrence,
    state_weight: *const f32,
    projection: *const f32,
    h0: *const f32,
    c0: *const f32,
    lengths: *const i32,
    output: *const f32,
    gates: *const f32,
    cells: *const f32,
    doutput: *const f32,
    dh_last: *const f32,
    dc_last: *const f32,
    dgates: *mut f32,
    dstate_gates: *mut f32,
    dprojected: *mut f32,
    dh0: *mut f32,
    dc0: *mut f32,
) -> Status {
    let from = Forwarded { output, gates, cells, h0, c0 };
    let incoming = Incoming { output: doutput, h_last: dh_last, c_last: dc_last };
    let to = Gradients { gates: dgates, state_gates: dstate_gates, projected: dprojected, h0: dh0, c0: dc0 };
    // SAFETY: see `recurrent`.
    unsafe {
        backward::<SixByEight<Active>>(
            &sequence(recurrence, lengths),
            [state_weight, projection],
            &from,
            &incoming,
            &to,
        )
    }
    .map_or(OUT_OF_MEMORY, |()| DONE)
}
