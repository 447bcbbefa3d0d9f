//! Which rows a word is told by: itself among words that are drawn, or its way through a tree.

use super::Model;
use super::text::Draws;
use crate::arena::Scratch;

/// Where to begin the search for a drawn word, for each of equal stretches of the numbers that are drawn.
pub struct Guide {
    begins: Option<Scratch>,
    shift: u32,
}

impl Guide {
    /// None if memory is short.
    /// # Safety: as [`super::learn`].
    pub unsafe fn new(of: &Model) -> Option<Self> {
        if of.output.is_null() || of.words == 0 {
            return Some(Guide { begins: None, shift: 0 });
        }
        let bits = (usize::BITS - of.words.leading_zeros()).clamp(8, 18);
        let (scratch, shift) = (Scratch::f32s(1 << bits)?, 31 - bits);
        let begins = scratch.pointer().cast::<u32>();
        let mut word = 0;
        for i in 0..1usize << bits {
            while word + 1 < of.words && (*of.cumulative.add(word) as u32) < (i as u32) << shift {
                word += 1;
            }
            *begins.add(i) = word as u32;
        }
        Some(Guide { begins: Some(scratch), shift })
    }

    /// The first word whose number is not below `drawn`.
    #[inline(always)]
    unsafe fn word(&self, of: &Model, drawn: u32) -> usize {
        let begins = self.begins.as_ref().map_or(core::ptr::null(), |begins| begins.pointer().cast::<u32>());
        let mut word = *begins.add((drawn >> self.shift) as usize) as usize;
        while word + 1 < of.words && (*of.cumulative.add(word) as u32) < drawn {
            word += 1;
        }
        word
    }
}

/// Rows that words are told by: those of `output`, then those of `nodes`.
#[derive(Clone, Copy, PartialEq)]
pub enum Table {
    Output,
    Nodes,
}

impl Model {
    pub fn has(&self, table: Table) -> bool {
        !if table == Table::Output { self.output } else { self.nodes }.is_null()
    }

    /// The row of a number.
    pub fn row(&self, number: usize) -> *mut f32 {
        if number < self.words {
            self.output.wrapping_add(number * self.size)
        } else {
            self.nodes.wrapping_add((number - self.words) * self.size)
        }
    }

    /// Steps of the longest path.
    pub unsafe fn longest_path(&self) -> usize {
        if !self.has(Table::Nodes) {
            return 0;
        }
        let length = |word| (*self.path_starts.add(word + 1) - *self.path_starts.add(word)) as usize;
        (0..self.words).map(length).max().unwrap_or(0)
    }

    /// Calls `f` with each row that `target` is told by, and whether it is the one.
    #[inline(always)]
    pub unsafe fn told(
        &self,
        table: Table,
        negative: usize,
        guide: &Guide,
        target: usize,
        draws: &mut Draws,
        mut f: impl FnMut(usize, bool),
    ) {
        if table == Table::Nodes {
            for k in *self.path_starts.add(target)..*self.path_starts.add(target + 1) {
                let step = *self.paths.add(k as usize);
                f(self.words + (step >> 1) as usize, step & 1 == 0);
            }
            return;
        }
        f(target, true);
        let domain = *self.cumulative.add(self.words - 1) as u32;
        for _ in 0..negative {
            let other = guide.word(self, draws.next() % domain);
            if other != target {
                f(other, false);
            }
        }
    }

    /// Calls `f` with each row of `input` that stands for a word.
    #[inline(always)]
    pub unsafe fn rows_of(&self, word: usize, mut f: impl FnMut(*mut f32)) {
        if self.subword_starts.is_null() {
            return f(self.input.add(word * self.size));
        }
        for k in *self.subword_starts.add(word)..*self.subword_starts.add(word + 1) {
            f(self.input.add(*self.subwords.add(k as usize) as usize * self.size));
        }
    }
}
