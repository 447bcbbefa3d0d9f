//! What stands in the place of the words that are known, where that is several rows together: a bag of words, or a word with
//! its n-grams.

use super::step::{add, add_all, scale};
use super::text::Kept;
use super::{Model, Settings};
use crate::lane::Lane;
use core::ops::Range;

/// Rows that are added at once.
const TOGETHER: usize = 32;

/// The words that are known when word `i` of the text is at hand: those around it, or one alone.
#[derive(Clone)]
pub enum Known {
    Around(Range<usize>, usize),
    Word(usize),
}

impl Model {
    /// Whether what is known is one row of `input`.
    pub fn knows_a_row(&self, how: &Settings) -> bool {
        !how.bag && self.subword_starts.is_null()
    }

    #[inline(never)]
    unsafe fn rows_known(&self, kept: &Kept, known: &Known, f: &mut dyn FnMut(*mut f32)) {
        match known {
            Known::Word(word) => self.rows_of(*word, f),
            Known::Around(around, i) => {
                for j in around.clone() {
                    if j != *i {
                        self.rows_of(kept.word(j), &mut *f);
                    }
                }
            }
        }
    }

    /// Puts the rows together in `hidden`.
    pub unsafe fn put_together<L: Lane>(&self, how: &Settings, kept: &Kept, known: &Known, hidden: *mut f32) {
        hidden.write_bytes(0, self.size);
        let (mut rows, mut count) = ([core::ptr::null(); TOGETHER], 0);
        self.rows_known(kept, known, &mut |row| {
            rows[count % TOGETHER] = row;
            count += 1;
            if count % TOGETHER == 0 {
                add_all::<L>(self.size, &rows, hidden);
            }
        });
        add_all::<L>(self.size, &rows[..count % TOGETHER], hidden);
        if how.mean && count > 1 {
            scale::<L>(self.size, 1.0 / count as f32, hidden);
        }
    }

    /// Rows that are a sum share their step out among them; those of a mean all take it.
    pub unsafe fn share_out<L: Lane>(&self, how: &Settings, kept: &Kept, known: &Known, error: *mut f32) {
        let mut count = 0;
        if !how.mean {
            self.rows_known(kept, known, &mut |_| count += 1);
        }
        if count > 1 {
            scale::<L>(self.size, 1.0 / count as f32, error);
        }
    }

    /// Moves the rows that it `takes` by `error`.
    pub unsafe fn give_back<L: Lane>(
        &self,
        kept: &Kept,
        known: &Known,
        error: *const f32,
        takes: impl Fn(usize) -> bool,
    ) {
        self.rows_known(kept, known, &mut |row| {
            if takes(row as usize) {
                add::<L>(self.size, error, row);
            }
        });
    }
}
