//! Steps of many words side by side, with the same bits on any number of threads.
//!
//! The steps of a round of words are laid out before any is made: which row each is told by is drawn, and nothing of it follows
//! from the vectors. A step changes a row that tells and what is known. Both are dealt out to [`GROUPS`] groups, and the steps of
//! blocks that share neither group may be made at the same time (Gemulla et al. 2011), in place: a diagonal of blocks after the
//! other, and in a block in the order of the text. So no step misses what an earlier one learnt, but for one kind: where rows stand
//! together for what is known, they are put together when the round begins, and moved when it ends.

use super::guide::{Guide, Table};
use super::known::Known;
use super::step::{Likelihood, tell};
use super::text::Kept;
use super::{Loss, Model, Settings};
use crate::arena::Scratch;
use crate::crew::{parts_for, share};
use crate::lane::Lane;
use core::ops::Range;

/// Groups of what is known, and of rows that tell. It follows from nothing, so that the order of steps does not either.
const GROUPS: usize = 8;
const BLOCKS: usize = GROUPS * GROUPS;
/// Steps of a round, at most.
const MOST_STEPS: usize = 1 << 20;
/// Of a step with a hundred features, in nanoseconds.
const STEP: usize = 60;

/// What is known by its number, and twice the number of a row that tells, plus 1 if it is the one.
type Step = [u32; 2];

/// Steps of a slice of a round: as they come, and block after block.
struct Slice {
    steps: *mut Step,
    sorted: *mut Step,
    /// Where each block begins in `sorted`, and the last one ends.
    starts: [u32; BLOCKS + 1],
    count: usize,
    /// Pairs of something known and a word.
    pairs: f64,
}

impl Slice {
    #[inline(always)]
    unsafe fn push(&mut self, known: usize, row: usize, is: bool) {
        self.steps.add(self.count).write([known as u32, (row << 1) as u32 | u32::from(is)]);
        self.count += 1;
        self.starts[block_of(known, row) + 1] += 1;
    }

    unsafe fn sort(&mut self) {
        (0..BLOCKS).for_each(|block| self.starts[block + 1] += self.starts[block]);
        let mut next = self.starts;
        for i in 0..self.count {
            let step = *self.steps.add(i);
            let block = block_of(step[0] as usize, (step[1] >> 1) as usize);
            self.sorted.add(next[block] as usize).write(step);
            next[block] += 1;
        }
    }
}

fn block_of(known: usize, row: usize) -> usize {
    known % GROUPS * GROUPS + row % GROUPS
}

/// Learns round by round. None if memory is short.
/// # Safety: as [`super::learn`].
pub unsafe fn learn<L: Lane>(of: &Model, how: &Settings, guide: &Guide, kept: &Kept) -> Option<Loss> {
    let told = if of.has(Table::Output) { 1 + how.negative } else { 0 } + of.longest_path();
    let of_each = told.checked_mul(if how.bag { 1 } else { how.window.saturating_mul(2).min(kept.longest) })?;
    let round = how.round.min(kept.count).min(MOST_STEPS / of_each.max(1)).max(1);
    let together = !of.knows_a_row(how);
    // For what is known together: the rows put together, and how they are to move.
    let half = if together { round.checked_mul(of.size)? } else { 0 };
    let rows = Scratch::f32s(half.checked_mul(2)?)?;
    let (hidden, errors) = (rows.pointer(), rows.pointer().wrapping_add(half));
    let steps = Scratch::f32s(round.checked_mul(of_each)?.checked_mul(4)?)?;
    let steps = steps.pointer().cast::<Step>();
    let mut losses = [const { Loss { sum: 0.0, steps: 0.0 } }; BLOCKS];
    let nanoseconds = round as u64 * of_each as u64 * (STEP as u64 * of.size as u64 / 100) / 2;
    for begin in (0..kept.count).step_by(round) {
        let words = begin..(begin + round).min(kept.count);
        // How many slices there are changes no order.
        let slices = parts_for(nanoseconds / 8).min(GROUPS);
        let mut all: [Slice; GROUPS] = core::array::from_fn(|i| {
            let first = words.len() * i / slices * of_each;
            let steps = steps.wrapping_add(2 * first);
            let sorted = steps.wrapping_add((words.len() * (i + 1) / slices) * of_each - first);
            Slice { steps, sorted, starts: [0; BLOCKS + 1], count: 0, pairs: 0.0 }
        });
        let all_slices = all.as_mut_ptr();
        share(slices, nanoseconds / 8, |i| {
            let some = begin + words.len() * i / slices..begin + words.len() * (i + 1) / slices;
            let slice = &mut *all_slices.add(i);
            lay_out(of, how, guide, kept, some.clone(), begin, slice);
            slice.sort();
            if together {
                for i in some {
                    let known = of.known_by(how, kept, i);
                    of.put_together::<L>(how, kept, &known, hidden.add((i - begin) * of.size));
                    errors.add((i - begin) * of.size).write_bytes(0, of.size);
                }
            }
        });
        let losses_at = losses.as_mut_ptr();
        for diagonal in 0..GROUPS {
            share(GROUPS, nanoseconds / GROUPS as u64, |group| {
                let block = group * GROUPS + (group + diagonal) % GROUPS;
                let mut likelihood = Likelihood::new();
                for slice in core::slice::from_raw_parts(all_slices, slices) {
                    for at in slice.starts[block]..slice.starts[block + 1] {
                        let [known, row] = *slice.sorted.add(at as usize);
                        let at = known as usize * of.size;
                        let (from, error) = if together {
                            (hidden.add(at), errors.add(at))
                        } else {
                            (of.input.add(at), of.input.add(at))
                        };
                        let (row, is) = (of.row((row >> 1) as usize), row & 1 == 1);
                        tell::<L>(of.size, how.rate, from, error, row, is, &mut likelihood);
                    }
                }
                let loss = &mut *losses_at.add(block);
                loss.sum += likelihood.finish::<L>().sum;
            });
        }
        losses[0].steps += all[..slices].iter().map(|slice| slice.pairs).sum::<f64>();
        if together {
            give_back::<L>(of, how, kept, words, errors, nanoseconds / 4);
        }
    }
    Some(losses.iter().fold(Loss::default(), |sum, one| Loss { sum: sum.sum + one.sum, steps: sum.steps + one.steps }))
}

impl Model {
    /// What is known when word `i` is at hand, where that is several rows.
    unsafe fn known_by(&self, how: &Settings, kept: &Kept, i: usize) -> Known {
        if how.bag { Known::Around(kept.around(i), i) } else { Known::Word(kept.word(i)) }
    }
}

/// The steps of some words.
unsafe fn lay_out(
    of: &Model,
    how: &Settings,
    guide: &Guide,
    kept: &Kept,
    some: Range<usize>,
    begin: usize,
    slice: &mut Slice,
) {
    for i in some {
        let (around, mut draws) = (kept.around(i), kept.draws(i));
        let mut pair = |known: usize, target: usize| {
            for table in [Table::Nodes, Table::Output] {
                if of.has(table) {
                    slice.pairs += 1.0;
                    of.told(table, how.negative, guide, target, &mut draws, |row, is| slice.push(known, row, is));
                }
            }
        };
        if how.bag {
            if around.len() > 1 {
                pair(i - begin, kept.word(i));
            }
            continue;
        }
        for j in around.filter(|&j| j != i) {
            if of.subword_starts.is_null() {
                pair(kept.word(j), kept.word(i));
            } else {
                pair(i - begin, kept.word(j));
            }
        }
    }
}

/// Moves the rows that stood together, one thread each row: in the order of the text, however many threads there are.
unsafe fn give_back<L: Lane>(
    of: &Model,
    how: &Settings,
    kept: &Kept,
    words: Range<usize>,
    errors: *mut f32,
    nanoseconds: u64,
) {
    let shares = parts_for(nanoseconds).min(GROUPS);
    let of_row = |row: usize| (row - of.input as usize) / (of.size * core::mem::size_of::<f32>()).max(1) % shares;
    if !how.mean {
        for i in words.clone() {
            let known = of.known_by(how, kept, i);
            of.share_out::<L>(how, kept, &known, errors.add((i - words.start) * of.size));
        }
    }
    share(shares, nanoseconds, |mine| {
        for i in words.clone() {
            let known = of.known_by(how, kept, i);
            let error = errors.add((i - words.start) * of.size);
            of.give_back::<L>(kept, &known, error, |row| of_row(row) == mine);
        }
    });
}
