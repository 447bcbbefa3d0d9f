//! Sentences, and the parts that they are cut into.

use super::{Model, Settings};
use core::ops::Range;

/// Words of a vocabulary one after the other; sentence i is from `starts[i]` up to `starts[i + 1]`.
#[derive(Clone, Copy)]
pub struct Text {
    pub tokens: *const i32,
    pub count: usize,
    pub starts: *const i32,
    pub sentences: usize,
}

impl Text {
    /// Where a sentence begins; that behind the last one is the end.
    pub unsafe fn start(&self, sentence: usize) -> usize {
        *self.starts.add(sentence) as usize
    }

    pub unsafe fn word(&self, at: usize) -> usize {
        *self.tokens.add(at) as usize
    }

    /// Words of the longest sentence.
    pub unsafe fn longest(&self) -> usize {
        (0..self.sentences).map(|i| self.start(i + 1) - self.start(i)).max().unwrap_or(0)
    }

    /// The sentences of a part: those that begin within as many words as each part is to have.
    pub unsafe fn part(&self, i: usize, parts: usize) -> Range<usize> {
        let starts = core::slice::from_raw_parts(self.starts, self.sentences);
        let first = |i: usize| {
            let at = (self.count as u64 * i as u64).div_ceil(parts as u64) as i32;
            if i == parts { self.sentences } else { starts.partition_point(|&start| start < at) }
        };
        first(i)..first(i + 1)
    }

    /// The most rows that a part can come by.
    pub unsafe fn most_rows(&self, of: &Model, how: &Settings, sentences: Range<usize>) -> usize {
        let tokens = self.start(sentences.start)..self.start(sentences.end);
        let steps = tokens.len() * if how.bag { 1 } else { 2 * how.window };
        let length = |starts: *const i32, word: usize| (*starts.add(word + 1) - *starts.add(word)) as usize;
        let mut most = tokens.len() * 2 + if of.output.is_null() { 0 } else { steps * how.negative };
        for at in tokens {
            let word = self.word(at);
            most += if of.subword_starts.is_null() { 0 } else { length(of.subword_starts, word) };
            most += if of.nodes.is_null() { 0 } else { length(of.path_starts, word) };
        }
        most.min(of.rows())
    }
}
