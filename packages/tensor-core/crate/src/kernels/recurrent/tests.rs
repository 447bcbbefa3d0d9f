//! Values against a plain f64 loop, gradients against its differences.

use super::*;
use crate::gemm::Matrix;
use crate::gemm::blocking::{pack_whole, packed_size};
use crate::gemm::micro::SixByEight;
use crate::lane::Scalar;
use core::ptr::{null, null_mut};

type Kernel = SixByEight<Scalar>;

const ALL: [Recurrence; 5] =
    [Recurrence::Tanh, Recurrence::Relu, Recurrence::Lstm, Recurrence::GruResetAfter, Recurrence::GruResetBefore];

/// One sequence and its operands.
struct Case {
    of: Sequence,
    projects: bool,
    /// Whether its weights come packed too.
    is_packed: bool,
    lengths: Option<Vec<i32>>,
    x: Vec<f32>,
    weights: [Vec<f32>; 5],
    initial: [Vec<f32>; 2],
    incoming: [Vec<f32>; 3],
}

/// What is added to one intermediate value, for a difference quotient.
#[derive(Clone, Copy)]
enum Nudge {
    None,
    /// A sum that goes into a gate, or the part of it that is from the state.
    Gate {
        at: usize,
        by: f64,
    },
    StateGate {
        at: usize,
        by: f64,
    },
    Projected {
        at: usize,
        by: f64,
    },
    H0 {
        at: usize,
        by: f64,
    },
    C0 {
        at: usize,
        by: f64,
    },
}

fn values(count: usize, seed: u32) -> Vec<f32> {
    let mut state = seed.wrapping_mul(747_796_405).wrapping_add(2_891_336_453);
    let next = |_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / 8_388_608.0 - 1.0
    };
    (0..count).map(next).collect()
}

impl Case {
    fn new(recurrence: Recurrence, [time, batch, input, hidden]: [usize; 4], state: Option<usize>) -> Self {
        let projects = state.is_some();
        let state = state.unwrap_or(hidden);
        let rows = recurrence.gates() * hidden;
        let weights = [rows * input, rows * state, rows, rows, if projects { state * hidden } else { 0 }];
        let of = Sequence { recurrence, time, batch, input, hidden, state, reverse: false, lengths: null() };
        let scale = 1.5 / (1.0 + hidden as f32).sqrt();
        Case {
            of,
            projects,
            is_packed: false,
            lengths: None,
            x: values(time * batch * input, 1),
            weights: core::array::from_fn(|i| values(weights[i], 2 + i as u32).iter().map(|x| x * scale).collect()),
            initial: [values(batch * state, 8), values(batch * hidden, 9)],
            incoming: [values(time * batch * state, 10), values(batch * state, 11), values(batch * hidden, 12)],
        }
    }

    fn sequence(&self) -> Sequence {
        Sequence { lengths: self.lengths.as_ref().map_or(null(), |lengths| lengths.as_ptr()), ..self.of }
    }

    /// Output, last h and last c, and the sum of all, each times its incoming gradient.
    fn reference(&self, nudge: Nudge) -> ([Vec<f64>; 3], f64) {
        let Sequence { recurrence, time, batch, input, hidden, state, reverse, .. } = self.of;
        let [wx, wh, bx, bh, wp] = self.weights.each_ref().map(|w| w.iter().map(|&x| f64::from(x)).collect::<Vec<_>>());
        let [mut h, mut c] = self.initial.each_ref().map(|w| w.iter().map(|&x| f64::from(x)).collect::<Vec<_>>());
        match nudge {
            Nudge::H0 { at, by } => h[at] += by,
            Nudge::C0 { at, by } => c[at] += by,
            _ => {}
        }
        let gates = recurrence.gates();
        let mut output = vec![0.0; time * batch * state];
        let sigmoid = |x: f64| 1.0 / (1.0 + (-x).exp());
        for step in 0..time {
            let t = if reverse { time - 1 - step } else { step };
            for b in 0..batch {
                if self.lengths.as_ref().is_some_and(|lengths| t as i32 >= lengths[b]) {
                    continue;
                }
                let x = &self.x[(t * batch + b) * input..][..input];
                let own = h[b * state..][..state].to_vec();
                let dot = |w: &[f64], row: usize, v: &[f64]| -> f64 {
                    v.iter().enumerate().map(|(k, v)| w[row * v_len(w, gates * hidden) + k] * v).sum()
                };
                fn v_len(w: &[f64], rows: usize) -> usize {
                    w.len() / rows
                }
                let from_x: Vec<f64> = (0..gates * hidden)
                    .map(|row| {
                        let by = match nudge {
                            Nudge::Gate { at, by } if at == (t * batch + b) * gates * hidden + row => by,
                            _ => 0.0,
                        };
                        let x: Vec<f64> = x.iter().map(|&x| f64::from(x)).collect();
                        bx[row] + dot(&wx, row, &x) + by
                    })
                    .collect();
                let from_h = |row: usize, v: &[f64]| {
                    let by = match nudge {
                        Nudge::StateGate { at, by } if at == (t * batch + b) * gates * hidden + row => by,
                        _ => 0.0,
                    };
                    bh[row] + dot(&wh, row, v) + by
                };
                let sum = |gate: usize, j: usize| from_x[gate * hidden + j] + from_h(gate * hidden + j, &own);
                let mut next: Vec<f64> = (0..hidden)
                    .map(|j| match recurrence {
                        Recurrence::Tanh => sum(0, j).tanh(),
                        Recurrence::Relu => sum(0, j).max(0.0),
                        Recurrence::Lstm => {
                            let cell = &mut c[b * hidden + j];
                            *cell = sigmoid(sum(1, j)) * *cell + sigmoid(sum(0, j)) * sum(2, j).tanh();
                            sigmoid(sum(3, j)) * cell.tanh()
                        }
                        Recurrence::GruResetAfter => {
                            let row = 2 * hidden + j;
                            let n = (from_x[row] + sigmoid(sum(0, j)) * from_h(row, &own)).tanh();
                            n + sigmoid(sum(1, j)) * (own[j] - n)
                        }
                        Recurrence::GruResetBefore => {
                            let rh: Vec<f64> = (0..hidden).map(|k| sigmoid(sum(0, k)) * own[k]).collect();
                            let row = 2 * hidden + j;
                            let n = (from_x[row] + from_h(row, &rh)).tanh();
                            n + sigmoid(sum(1, j)) * (own[j] - n)
                        }
                    })
                    .collect();
                if self.projects {
                    next = (0..state)
                        .map(|p| {
                            let by = match nudge {
                                Nudge::Projected { at, by } if at == (t * batch + b) * state + p => by,
                                _ => 0.0,
                            };
                            next.iter().enumerate().map(|(k, v)| wp[p * hidden + k] * v).sum::<f64>() + by
                        })
                        .collect();
                }
                h[b * state..][..state].copy_from_slice(&next);
                output[(t * batch + b) * state..][..state].copy_from_slice(&next);
            }
        }
        if recurrence != Recurrence::Lstm {
            c.fill(0.0);
        }
        let results = [output, h, c];
        let loss = results
            .iter()
            .zip(&self.incoming)
            .map(|(y, dy)| y.iter().zip(dy).map(|(y, dy)| y * f64::from(*dy)).sum::<f64>())
            .sum();
        (results, loss)
    }

    /// Output, last h, last c; what is saved; the gradients of gates, their parts from the state, projected states, h0, c0.
    fn run(&self) -> ([Vec<f32>; 3], [Vec<f32>; 5]) {
        let of = self.sequence();
        let Sequence { recurrence, time, batch, hidden, state, .. } = of;
        let is_lstm = recurrence == Recurrence::Lstm;
        let sized = |count: usize| vec![f32::NAN; count];
        let (mut output, mut h_last, mut c_last) =
            (sized(time * batch * state), sized(batch * state), vec![0.0; batch * hidden]);
        let (mut gates, mut cells) = (sized(time * batch * recurrence.saved() * hidden), sized(time * batch * hidden));
        let mut full = sized(time * batch * hidden);
        let rows = time * batch * recurrence.gates() * hidden;
        let [mut dgates, mut dstate_gates] = [sized(rows), sized(rows)];
        let (mut dprojected, mut dh0, mut dc0) =
            (sized(time * batch * state), sized(batch * state), sized(batch * hidden));
        let [wx, wh, bx, bh, wp] = self.weights.each_ref().map(|w| w.as_ptr());
        let wp = if self.projects { wp } else { null() };
        let c0 = if is_lstm { self.initial[1].as_ptr() } else { null() };
        let some = |wanted: bool, to: &mut Vec<f32>| if wanted { to.as_mut_ptr() } else { null_mut() };
        // SAFETY: everything was made with the sequence's sizes.
        unsafe {
            let (rows, size) = (recurrence.gates() * hidden, packed_size::<Kernel>);
            let mut packs = [vec![0.0; size(of.input, rows)], vec![0.0; size(state, rows)]];
            for ((to, from), depth) in packs.iter_mut().zip([wx, wh]).zip([of.input, state]) {
                pack_whole::<Kernel>(depth, rows, Matrix::rows(from, depth).transposed(), to.as_mut_ptr());
            }
            let packed = packs.each_ref().map(|pack| if self.is_packed { pack.as_ptr() } else { null() });
            let weights = Weights { input: wx, state: wh, input_bias: bx, state_bias: bh, projection: wp, packed };
            let results = Results {
                output: output.as_mut_ptr(),
                h_last: h_last.as_mut_ptr(),
                c_last: some(is_lstm, &mut c_last),
                gates: some(recurrence.saved() > 1, &mut gates),
                cells: some(is_lstm, &mut cells),
                hidden: some(self.projects, &mut full),
            };
            let h0 = self.initial[0].as_ptr();
            forward::<Kernel>(&of, self.x.as_ptr(), &weights, [h0, c0], &results).unwrap();
            let from = Forwarded { output: output.as_ptr(), gates: gates.as_ptr(), cells: cells.as_ptr(), h0, c0 };
            let incoming = Incoming {
                output: self.incoming[0].as_ptr(),
                h_last: self.incoming[1].as_ptr(),
                c_last: self.incoming[2].as_ptr(),
            };
            let to = Gradients {
                gates: dgates.as_mut_ptr(),
                state_gates: some(recurrence == Recurrence::GruResetAfter, &mut dstate_gates),
                projected: some(self.projects, &mut dprojected),
                h0: dh0.as_mut_ptr(),
                c0: some(is_lstm, &mut dc0),
            };
            backward::<Kernel>(&of, [wh, wp], &from, &incoming, &to).unwrap();
        }
        ([output, h_last, c_last], [dgates, dstate_gates, dprojected, dh0, dc0])
    }

    #[track_caller]
    fn check(&self) {
        let name = format!("{:?} lengths {:?}", self.of, self.lengths);
        let (results, gradients) = self.run();
        let (wanted, _) = self.reference(Nudge::None);
        for (i, (got, want)) in results.iter().zip(&wanted).enumerate() {
            for (at, (got, want)) in got.iter().zip(want).enumerate() {
                assert!((f64::from(*got) - want).abs() < 3e-6, "{name}: result {i} at {at} is {got}, not {want}");
            }
        }
        let nudges: [fn(usize, f64) -> Nudge; 5] = [
            |at, by| Nudge::Gate { at, by },
            |at, by| Nudge::StateGate { at, by },
            |at, by| Nudge::Projected { at, by },
            |at, by| Nudge::H0 { at, by },
            |at, by| Nudge::C0 { at, by },
        ];
        let is_lstm = self.of.recurrence == Recurrence::Lstm;
        let has = [true, self.of.recurrence == Recurrence::GruResetAfter, self.projects, true, is_lstm];
        for (i, (gradient, nudge)) in gradients.iter().zip(nudges).enumerate().filter(|(i, _)| has[*i]) {
            for (at, got) in gradient.iter().enumerate() {
                let step = 1e-5;
                let [up, down] = [step, -step].map(|by| self.reference(nudge(at, by)).1);
                let want = (up - down) / (2.0 * step);
                assert!(
                    (f64::from(*got) - want).abs() < 2e-5 * (1.0 + want.abs()),
                    "{name}: gradient {i} at {at} is {got}, not {want}"
                );
            }
        }
    }

    fn every_direction_and_length(mut self) {
        let time = self.of.time as i32;
        self.check();
        self.of.reverse = true;
        self.check();
        self.lengths = Some((0..self.of.batch as i32).map(|b| (b * 2) % (time + 1)).collect());
        self.check();
        self.of.reverse = false;
        self.check();
    }
}

#[test]
fn few_rows_are_the_plain_loop() {
    for recurrence in ALL {
        Case::new(recurrence, [4, 2, 3, 5], None).every_direction_and_length();
        Case::new(recurrence, [3, 3, 4, 8], None).every_direction_and_length();
    }
}

#[test]
fn many_rows_whose_weights_are_packed_are_too() {
    for recurrence in ALL {
        Case::new(recurrence, [3, 7, 5, 11], None).every_direction_and_length();
    }
}

#[test]
fn one_step_packs_nothing_and_is_the_same() {
    for recurrence in ALL {
        for [batch, hidden] in [[7, 9], [22, 8]] {
            for is_packed in [false, true] {
                let case = Case::new(recurrence, [1, batch, 3, hidden], None);
                Case { is_packed, ..case }.every_direction_and_length();
            }
        }
    }
}

#[test]
fn a_projection_is_the_state_that_comes_again() {
    Case::new(Recurrence::Lstm, [3, 2, 3, 6], Some(4)).every_direction_and_length();
    Case::new(Recurrence::Lstm, [3, 6, 3, 9], Some(5)).every_direction_and_length();
}

#[test]
fn more_places_than_are_multiplied_at_once() {
    for recurrence in [Recurrence::Lstm, Recurrence::GruResetBefore] {
        let mut case = Case::new(recurrence, [50, 9, 2, 3], None);
        for reverse in [false, true] {
            case.of.reverse = reverse;
            let (wanted, _) = case.reference(Nudge::None);
            for (got, want) in case.run().0[0].iter().zip(&wanted[0]) {
                assert!((f64::from(*got) - want).abs() < 1e-5, "{got} {want}");
            }
        }
    }
}

#[test]
fn blocks_of_hidden_units_join() {
    let case = Case::new(Recurrence::Lstm, [2, 5, 3, 83], None);
    let (wanted, _) = case.reference(Nudge::None);
    for (got, want) in case.run().0[0].iter().zip(&wanted[0]) {
        assert!((f64::from(*got) - want).abs() < 3e-6, "{got} {want}");
    }
}

#[test]
fn nothing_comes_of_no_time_no_items_no_input_and_no_units() {
    for recurrence in ALL {
        let case = Case::new(recurrence, [0, 2, 3, 4], None);
        let (results, gradients) = case.run();
        assert_eq!(results[1], case.initial[0]);
        assert_eq!(gradients[3], case.incoming[1]);
        for sizes in [[2, 0, 3, 4], [2, 3, 0, 4], [2, 5, 3, 0]] {
            Case::new(recurrence, sizes, None).every_direction_and_length();
        }
    }
}
