//! Sentences, what is kept of them, and the words around each word.

use super::{Model, Settings};
use crate::arena::Scratch;
use core::ops::Range;

/// Words of a vocabulary one after the other; sentence i is from `starts[i]` up to `starts[i + 1]`.
#[derive(Clone, Copy)]
pub struct Text {
    pub tokens: *const i32,
    pub count: usize,
    pub starts: *const i32,
    pub sentences: usize,
}

/// A sequence of numbers, that of word2vec.c, from a state that is a word's own.
pub struct Draws(u64);

impl Draws {
    const MASK: u64 = (1 << 48) - 1;

    #[inline(always)]
    pub fn next(&mut self) -> u32 {
        let word = (self.0 >> 16) as u32;
        self.0 = self.0.wrapping_mul(25_214_903_917).wrapping_add(11) & Self::MASK;
        word
    }
}

/// What is left of a text without the words that are left out by chance.
pub struct Kept {
    pub count: usize,
    /// Words of the longest sentence.
    pub longest: usize,
    /// Five numbers for each: the word, from which word to which it looks around, and the state that it draws from.
    of_each: Scratch,
}

type Each = [u32; 5];

impl Kept {
    /// None if memory is short.
    /// # Safety: as [`super::learn`].
    pub unsafe fn new(of: &Model, how: &Settings, text: &Text) -> Option<Self> {
        let mut kept = Kept { count: 0, longest: 0, of_each: Scratch::f32s(text.count.checked_mul(5)?)? };
        for sentence in 0..text.sentences {
            let begin = kept.count;
            for place in *text.starts.add(sentence) as usize..*text.starts.add(sentence + 1) as usize {
                let word = *text.tokens.add(place);
                let block = how.stream.block(place, 0);
                if !of.keep.is_null() && (*of.keep.add(word as usize) as u32) < block[0] >> 1 {
                    continue;
                }
                let less = if how.shrink { ((u64::from(block[1]) * how.window as u64) >> 32) as usize } else { 0 };
                let (i, width) = (kept.count, how.window - less);
                let (from, to) = (i.saturating_sub(width).max(begin), i + width + 1);
                kept.at(i).write([word as u32, from as u32, to as u32, block[2], block[3]]);
                kept.count += 1;
            }
            (begin..kept.count).for_each(|i| (*kept.at(i))[2] = (*kept.at(i))[2].min(kept.count as u32));
            kept.longest = kept.longest.max(kept.count - begin);
        }
        Some(kept)
    }

    fn at(&self, i: usize) -> *mut Each {
        self.of_each.pointer().cast::<Each>().wrapping_add(i)
    }

    pub unsafe fn word(&self, i: usize) -> usize {
        (*self.at(i))[0] as usize
    }

    /// The words around word `i`, itself among them.
    pub unsafe fn around(&self, i: usize) -> Range<usize> {
        (*self.at(i))[1] as usize..(*self.at(i))[2] as usize
    }

    /// What word `i` draws.
    pub unsafe fn draws(&self, i: usize) -> Draws {
        let [.., high, low] = *self.at(i);
        Draws((u64::from(high) << 32 | u64::from(low)) & Draws::MASK)
    }
}
