//! Word vectors learnt from text: skip-gram and continuous bag of words (Mikolov et al. 2013a), each by negative sampling
//! (2013b) or by the path through a tree of words (Morin & Bengio 2005), words whole or with the n-grams they are made of
//! (Bojanowski et al. 2017); and GloVe (Pennington et al. 2014).
//!
//! Each step depends on the one before, so threads would change what comes out. Here the steps of some words are laid out in
//! blocks that threads take without changing anything ([`blocks`]); or they follow each other on one thread ([`sequence`]); or
//! threads write into each other's numbers.

mod blocks;
pub mod glove;
mod guide;
mod known;
mod sequence;
mod step;
mod text;

pub use text::Text;

use crate::arena::Scratch;
use crate::crew::{EachWorker, share};
use crate::kernels::random::Stream;
use crate::lane::Lane;
use guide::Guide;
use text::Kept;

/// Slices of a text for threads that do not wait for each other.
const SLICES: usize = 32;

/// What is learnt, and what is known of the words. Rows have `size` floats. Null where there is nothing of the kind.
#[derive(Clone, Copy)]
pub struct Model {
    pub size: usize,
    /// Words of the vocabulary.
    pub words: usize,
    /// Rows of `input`: one for each word, then those of n-grams.
    pub input_rows: usize,
    pub input: *mut f32,
    /// A row for each word, for negative sampling.
    pub output: *mut f32,
    /// Ascending numbers up to 2³¹ - 1: a word is drawn as often as its number is above the one before.
    pub cumulative: *const i32,
    /// A row for each inner node of the tree of words.
    pub nodes: *mut f32,
    /// Where the path of each word begins in `paths`, and where the last one ends.
    pub path_starts: *const i32,
    /// From the root to each word: twice the node's number, plus 1 where the path goes right.
    pub paths: *const i32,
    /// The chance of each word to be kept, times 2³¹ - 1.
    pub keep: *const i32,
    /// Where the rows of each word begin in `subwords`, and where the last one's end; null where a word has its own row alone.
    pub subword_starts: *const i32,
    pub subwords: *const i32,
}

/// How it is learnt.
#[derive(Clone, Copy)]
pub struct Settings {
    /// A word from the words around it, all together; else from each of them.
    pub bag: bool,
    /// Words on either side, at most.
    pub window: usize,
    /// How many of them is drawn for each word anew.
    pub shrink: bool,
    /// Words drawn against each word that was there.
    pub negative: usize,
    /// The mean of rows stands for several together; else their sum.
    pub mean: bool,
    pub rate: f32,
    /// Blocks of random numbers, one for each word of the text.
    pub stream: Stream,
    pub order: Order,
    /// Words whose steps are laid out at once, for blocks.
    pub round: usize,
}

/// In which order steps are made.
#[derive(Clone, Copy, PartialEq)]
pub enum Order {
    /// In blocks, by all threads: what comes out is the same for any number of them.
    Blocks,
    /// Of the text, by one thread.
    Sequence,
    /// Threads write into the tables at the same time: what comes out is another thing each time.
    Hogwild,
}

/// −log of the likelihood of what was there, and of how many steps it is the sum.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Loss {
    pub sum: f64,
    pub steps: f64,
}

/// Learns from some sentences. None if memory is short.
/// # Safety: the model's pointers hold what their docs say, tables apart from each other and from all else; tokens are
/// words of it, `text.starts` ascend from 0 to the number of tokens.
pub unsafe fn learn<L: Lane>(of: &Model, how: &Settings, text: &Text) -> Option<Loss> {
    let guide = Guide::new(of)?;
    let kept = Kept::new(of, how, text)?;
    if how.order == Order::Blocks {
        return blocks::learn::<L>(of, how, &guide, &kept);
    }
    let slices = if how.order == Order::Hogwild { SLICES } else { 1 };
    let room = EachWorker::f32s(2 * of.size)?;
    let losses = Scratch::f32s(4 * slices)?;
    let losses = losses.pointer().cast::<Loss>();
    let nanoseconds = kept.count as u64 * 1_000;
    // Writing into each other's rows is no promise to Rust: rows are reached by raw pointers only.
    share(slices, nanoseconds, |i| {
        let some = kept.count * i / slices..kept.count * (i + 1) / slices;
        losses.add(i).write(sequence::learn::<L>(of, how, &guide, &kept, some, room.mine()));
    });
    let all = core::slice::from_raw_parts(losses, slices);
    Some(all.iter().fold(Loss::default(), |sum, one| Loss { sum: sum.sum + one.sum, steps: sum.steps + one.steps }))
}
