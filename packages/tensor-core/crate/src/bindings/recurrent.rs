//! Recurrent nets over sequences, (time, batch, features), and their gradients. The frame is a `SequenceFrame`; everything is
//! contiguous. An address of 0 is an operand that is absent or a result that is not wanted.

use super::address::{In, Out, range};
use super::linear::packed_size;
use super::{DONE, OUT_OF_MEMORY, Status, memory};
use crate::gemm::micro::SixByEight;
use crate::kernels::recurrent::{
    Forwarded, Gradients, Incoming, Recurrence, Results, Sequence, Weights, backward, forward,
};
use crate::lane::Active;
use crate::layout::frames::SequenceFrame;
use wasm_bindgen::prelude::wasm_bindgen;

fn sequence(recurrence: Recurrence, lengths: In<i32>) -> Sequence {
    // SAFETY: TypeScript wrote this frame.
    let frame = unsafe { memory::frame_as::<SequenceFrame>() };
    let [time, batch, input, hidden, state] =
        [frame.time, frame.batch, frame.input, frame.hidden, frame.state].map(|size| size as usize);
    let lengths = range!(lengths?, batch);
    Sequence { recurrence, time, batch, input, hidden, state, reverse: frame.reverse != 0, lengths }
}

/// All steps from the state `h0` and the cells `c0`; `gates`, `cells` and `hidden` are for the gradient. A single step reads
/// `packed_input` and `packed_state` if they are there: the weights, transposed, as `pack_right` wrote them.
#[wasm_bindgen]
pub fn recurrent(
    recurrence: Recurrence,
    x: In<f32>,
    input_weight: In<f32>,
    state_weight: In<f32>,
    input_bias: In<f32>,
    state_bias: In<f32>,
    projection: In<f32>,
    packed_input: In<f32>,
    packed_state: In<f32>,
    h0: In<f32>,
    c0: In<f32>,
    lengths: In<i32>,
    output: Out<f32>,
    h_last: Out<f32>,
    c_last: Out<f32>,
    gates: Out<f32>,
    cells: Out<f32>,
    hidden: Out<f32>,
) -> Status {
    let of = sequence(recurrence, lengths);
    let (time, batch, rows) = (of.time, of.batch, recurrence.gates() * of.hidden);
    let weights = Weights {
        input: range!(input_weight, [rows, of.input]),
        state: range!(state_weight, [rows, of.state]),
        input_bias: range!(input_bias?, rows),
        state_bias: range!(state_bias?, rows),
        projection: range!(projection?, [of.state, of.hidden]),
        packed: [
            range!(packed_input?, packed_size(of.input, rows)),
            range!(packed_state?, packed_size(of.state, rows)),
        ],
    };
    let to = Results {
        output: range!(output, [time, batch, of.state]),
        h_last: range!(h_last?, [batch, of.state]),
        c_last: range!(c_last?, [batch, of.hidden]),
        gates: range!(gates?, [time, batch, recurrence.saved() * of.hidden]),
        cells: range!(cells?, [time, batch, of.hidden]),
        hidden: range!(hidden?, [time, batch, of.hidden]),
    };
    let x = range!(x, [time, batch, of.input]);
    let initial = [range!(h0?, [batch, of.state]), range!(c0?, [batch, of.hidden])];
    // SAFETY: TypeScript wrote the frame for live, contiguous operands of these sizes.
    unsafe { forward::<SixByEight<Active>>(&of, x, &weights, initial, &to) }.map_or(OUT_OF_MEMORY, |()| DONE)
}

/// The gradients of the sums that go into the gates of `recurrent`, of projected states, `h0` and `c0`, from what it gave and
/// the gradients of its results, each of which may be 0.
#[wasm_bindgen]
pub fn recurrent_gradient(
    recurrence: Recurrence,
    state_weight: In<f32>,
    projection: In<f32>,
    h0: In<f32>,
    c0: In<f32>,
    lengths: In<i32>,
    output: In<f32>,
    gates: In<f32>,
    cells: In<f32>,
    doutput: In<f32>,
    dh_last: In<f32>,
    dc_last: In<f32>,
    dgates: Out<f32>,
    dstate_gates: Out<f32>,
    dprojected: Out<f32>,
    dh0: Out<f32>,
    dc0: Out<f32>,
) -> Status {
    let of = sequence(recurrence, lengths);
    let (time, batch, rows) = (of.time, of.batch, recurrence.gates() * of.hidden);
    let weights = [range!(state_weight, [rows, of.state]), range!(projection?, [of.state, of.hidden])];
    let from = Forwarded {
        output: range!(output, [time, batch, of.state]),
        gates: range!(gates?, [time, batch, recurrence.saved() * of.hidden]),
        cells: range!(cells?, [time, batch, of.hidden]),
        h0: range!(h0?, [batch, of.state]),
        c0: range!(c0?, [batch, of.hidden]),
    };
    let incoming = Incoming {
        output: range!(doutput?, [time, batch, of.state]),
        h_last: range!(dh_last?, [batch, of.state]),
        c_last: range!(dc_last?, [batch, of.hidden]),
    };
    let to = Gradients {
        gates: range!(dgates, [time, batch, rows]),
        state_gates: range!(dstate_gates?, [time, batch, rows]),
        projected: range!(dprojected?, [time, batch, of.state]),
        h0: range!(dh0?, [batch, of.state]),
        c0: range!(dc0?, [batch, of.hidden]),
    };
    // SAFETY: see `recurrent`.
    unsafe { backward::<SixByEight<Active>>(&of, weights, &from, &incoming, &to) }.map_or(OUT_OF_MEMORY, |()| DONE)
}
