//! Step after step, in the order of the text.

use super::guide::{Guide, Table};
use super::known::Known;
use super::step::{Likelihood, add, tell};
use super::text::Kept;
use super::{Loss, Model, Settings};
use crate::lane::Lane;
use core::ops::Range;

/// Learns from some of the words. `room` is for two rows.
/// # Safety: as [`super::learn`].
pub unsafe fn learn<L: Lane>(
    of: &Model,
    how: &Settings,
    guide: &Guide,
    kept: &Kept,
    some: Range<usize>,
    room: *mut f32,
) -> Loss {
    let (hidden, error) = (room, room.add(of.size));
    let mut likelihood = Likelihood::new();
    for i in some {
        let (around, mut draws) = (kept.around(i), kept.draws(i));
        let mut step = |known: Known, target: usize| {
            for table in [Table::Nodes, Table::Output] {
                if !of.has(table) {
                    continue;
                }
                likelihood.loss.steps += 1.0;
                error.write_bytes(0, of.size);
                let alone = match known {
                    Known::Word(word) if of.knows_a_row(how) => Some(of.input.add(word * of.size)),
                    _ => None,
                };
                if alone.is_none() {
                    of.put_together::<L>(how, kept, &known, hidden);
                }
                let from = alone.unwrap_or(hidden);
                of.told(table, how.negative, guide, target, &mut draws, |row, is| {
                    tell::<L>(of.size, how.rate, from, error, of.row(row), is, &mut likelihood);
                });
                if let Some(row) = alone {
                    add::<L>(of.size, error, row);
                } else {
                    of.share_out::<L>(how, kept, &known, error);
                    of.give_back::<L>(kept, &known, error, |_| true);
                }
            }
        };
        if how.bag {
            // Like the others, none but itself teaches it nothing.
            if around.len() > 1 {
                step(Known::Around(around, i), kept.word(i));
            }
            continue;
        }
        for j in around.filter(|&j| j != i) {
            // Either order gives each pair once from either side. A word with its n-grams is put together once for all around
            // it by the first program of the kind, fastText; word2vec.c has it the other way round.
            let (known, target) = if of.subword_starts.is_null() { (j, i) } else { (i, j) };
            step(Known::Word(kept.word(known)), kept.word(target));
        }
    }
    likelihood.finish::<L>()
}
