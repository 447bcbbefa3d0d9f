//! One part's way through its sentences, step after step.

use super::overlay::Overlay;
use super::rows::{Row, Table};
use super::{Loss, Model, Settings, Text};
use crate::arena::Scratch;
use crate::kernels::transcendental::exp_to_zero;
use crate::kernels::transcendental::log;
use crate::lane::{Lane, WIDTH};
use core::ops::Range;

/// Beyond it nothing is learnt: the word is known for what it is (MAX_EXP of the first program, word2vec.c).
const CERTAIN: f32 = 6.0;

/// Where to begin the search for a drawn word, for each of equal stretches of the numbers that are drawn.
pub struct Guide {
    begins: Option<Scratch>,
    shift: u32,
}

impl Guide {
    /// None if memory is short.
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

/// A sequence of numbers, that of word2vec.c, from a state that is a word's own.
struct Draws(u64);

impl Draws {
    fn new(block: [u32; 4]) -> Self {
        Draws((u64::from(block[2]) << 32 | u64::from(block[3])) & Self::MASK)
    }

    const MASK: u64 = (1 << 48) - 1;

    #[inline(always)]
    fn next(&mut self) -> u32 {
        let word = (self.0 >> 16) as u32;
        self.0 = self.0.wrapping_mul(25_214_903_917).wrapping_add(11) & Self::MASK;
        word
    }
}

/// What stands in the place of the words that are known: one row, or what several come to.
#[derive(Clone, Copy)]
struct Known {
    at: *const f32,
    square: f32,
}

/// Learns part by part.
pub struct Learner<'a, L> {
    of: &'a Model,
    how: &'a Settings,
    guide: &'a Guide,
    pub rows: Overlay<L>,
    /// Words of a sentence that are kept, and where they stand.
    kept: *mut i32,
    places: *mut i32,
    hidden: *mut f32,
    error: *mut f32,
    loss: Loss,
    /// Of what was there, in the present step.
    likelihood: f32,
}

impl<'a, L: Lane> Learner<'a, L> {
    /// # Safety: `room` is for the `longest` sentence's words twice, and two rows.
    pub unsafe fn new(
        of: &'a Model,
        how: &'a Settings,
        guide: &'a Guide,
        rows: Overlay<L>,
        room: *mut f32,
        longest: usize,
    ) -> Self {
        let (kept, hidden) = (room.cast::<i32>(), room.add(2 * longest));
        let (places, error) = (kept.add(longest), hidden.add(of.size));
        let loss = Loss::default();
        Learner { of, how, guide, rows, kept, places, hidden, error, loss, likelihood: 1.0 }
    }

    /// Learns from some sentences.
    /// # Safety: as [`super::learn`].
    pub unsafe fn learn(&mut self, text: &Text, sentences: Range<usize>) -> Loss {
        self.loss = Loss::default();
        for sentence in sentences {
            let kept = self.keep(text, text.start(sentence)..text.start(sentence + 1));
            for i in 0..kept {
                self.around(i, kept);
            }
        }
        self.loss
    }

    /// Leaves out frequent words by chance. How many are left.
    unsafe fn keep(&mut self, text: &Text, tokens: Range<usize>) -> usize {
        let mut kept = 0;
        for at in tokens {
            let word = text.word(at);
            let stays = self.of.keep.is_null() || {
                let drawn = self.how.stream.block(at, 0)[0] >> 1;
                *self.of.keep.add(word) as u32 >= drawn
            };
            if stays {
                *self.kept.add(kept) = word as i32;
                *self.places.add(kept) = at as i32;
                kept += 1;
            }
        }
        kept
    }

    unsafe fn word(&self, i: usize) -> usize {
        *self.kept.add(i) as usize
    }

    /// The steps of word `i` of `kept` and of the words around it.
    unsafe fn around(&mut self, i: usize, kept: usize) {
        let window = self.how.window;
        let block = self.how.stream.block(*self.places.add(i) as usize, 0);
        let less = if self.how.shrink { ((u64::from(block[1]) * window as u64) >> 32) as usize } else { 0 };
        let mut draws = Draws::new(block);
        let around = i.saturating_sub(window - less)..(i + window - less + 1).min(kept);
        if self.how.bag {
            // Like the others, none but itself teaches it nothing.
            if around.len() > 1 {
                self.learn_word(self.word(i), &mut draws, Some((around, i)), 0);
            }
            return;
        }
        for j in around {
            if j == i {
                continue;
            }
            // Either order gives each pair once from either side. A word with its n-grams is put together once for all around it
            // by the first program of the kind, fastText; word2vec.c has it the other way round.
            let (known, target) = if self.of.subword_starts.is_null() { (j, i) } else { (i, j) };
            self.learn_word(self.word(target), &mut draws, None, self.word(known));
        }
    }

    /// The step of a word from a bag of others, or from one.
    unsafe fn learn_word(&mut self, target: usize, draws: &mut Draws, bag: Option<(Range<usize>, usize)>, word: usize) {
        for table in [Table::Nodes, Table::Output] {
            let absent = if table == Table::Nodes { self.of.nodes } else { self.of.output }.is_null();
            if absent {
                continue;
            }
            self.error.write_bytes(0, self.of.size);
            self.likelihood = 1.0;
            self.loss.steps += 1.0;
            if bag.is_none() && self.of.subword_starts.is_null() {
                let row = self.rows.row(Table::Input, word);
                let bend = self.against(table, self.known(row.at), target, draws);
                add::<L>(self.of.size, self.error, row.at);
                self.rows.bend(row, bend);
            } else {
                let count = self.put_together(&bag, word);
                let bend = self.against(table, self.known(self.hidden), target, draws);
                if !self.how.mean && count > 1 {
                    scale::<L>(self.of.size, 1.0 / count as f32, self.error);
                }
                self.each_row(&bag, word, &mut |learner: &mut Self, row: Row| {
                    add::<L>(learner.of.size, learner.error, row.at);
                    learner.rows.bend(row, bend);
                });
            }
            self.count_likelihood();
        }
    }

    unsafe fn known(&self, at: *const f32) -> Known {
        Known { at, square: if self.rows.is_bent() { dot::<L, false>(self.of.size, at, at)[0] } else { 0.0 } }
    }

    /// Puts the rows of some words together in `hidden`. How many rows there were.
    unsafe fn put_together(&mut self, bag: &Option<(Range<usize>, usize)>, word: usize) -> usize {
        self.hidden.write_bytes(0, self.of.size);
        let mut count = 0;
        self.each_row(bag, word, &mut |learner: &mut Self, row: Row| {
            count += 1;
            add::<L>(learner.of.size, row.at, learner.hidden);
        });
        if self.how.mean && count > 1 {
            scale::<L>(self.of.size, 1.0 / count as f32, self.hidden);
        }
        count
    }

    /// Calls `f` with each row of each word.
    #[inline(never)]
    unsafe fn each_row(&mut self, bag: &Option<(Range<usize>, usize)>, word: usize, f: &mut dyn FnMut(&mut Self, Row)) {
        let Some((around, centre)) = bag else { return self.each_row_of(word, f) };
        for j in around.clone() {
            if j != *centre {
                self.each_row_of(self.word(j), f);
            }
        }
    }

    unsafe fn each_row_of(&mut self, word: usize, f: &mut dyn FnMut(&mut Self, Row)) {
        if self.of.subword_starts.is_null() {
            let row = self.rows.row(Table::Input, word);
            return f(self, row);
        }
        for k in *self.of.subword_starts.add(word)..*self.of.subword_starts.add(word + 1) {
            let row = self.rows.row(Table::Input, *self.of.subwords.add(k as usize) as usize);
            f(self, row);
        }
    }

    /// The word that was there against what was not, or its way through the tree. What it bends what is known by.
    #[inline(never)]
    unsafe fn against(&mut self, table: Table, known: Known, target: usize, draws: &mut Draws) -> f32 {
        let mut bend = 0.0;
        if table == Table::Nodes {
            for k in *self.of.path_starts.add(target)..*self.of.path_starts.add(target + 1) {
                let step = *self.of.paths.add(k as usize);
                bend += self.one(table, known, (step >> 1) as usize, step & 1 == 0);
            }
            return bend;
        }
        bend += self.one(table, known, target, true);
        let domain = *self.of.cumulative.add(self.of.words - 1) as u32;
        for _ in 0..self.how.negative {
            let other = self.guide.word(self.of, draws.next() % domain);
            if other != target {
                bend += self.one(table, known, other, false);
            }
        }
        bend
    }

    /// A row to be told by what is known from others: whether it `is` the one.
    #[inline(never)] // once in the module
    unsafe fn one(&mut self, table: Table, known: Known, index: usize, is: bool) -> f32 {
        let (size, row) = (self.of.size, self.rows.row(table, index));
        let [x, square] = if self.rows.is_bent() {
            dot::<L, true>(size, known.at, row.at)
        } else {
            dot::<L, false>(size, known.at, row.at)
        };
        let share = 1.0 / (1.0 + exp_to_zero::<L>()(L::splat((-x).clamp(-30.0, 30.0))).to_array()[0]);
        self.likelihood *= if is { share } else { 1.0 - share };
        if self.likelihood < 1e-18 {
            self.count_likelihood();
        }
        // NaN goes on, and is seen in the loss.
        if x.abs() >= CERTAIN {
            return 0.0;
        }
        let step = (if is { 1.0 } else { 0.0 } - share) * self.how.rate;
        let steps = L::splat(step);
        for_each_lane(size, |at, n| {
            let (h, o, e) = (known.at.add(at), row.at.add(at), self.error.add(at));
            let (known, row) = (L::load_first(h, n), L::load_first(o, n));
            row.multiply_add(steps, L::load_first(e, n)).store_first(e, n);
            known.multiply_add(steps, row).store_first(o, n);
        });
        if self.rows.is_bent() {
            let bent = self.how.rate * share * (1.0 - share);
            self.rows.bend(row, bent * known.square);
            bent * square
        } else {
            0.0
        }
    }

    fn count_likelihood(&mut self) {
        // A float that is 0 is a likelihood too small for one.
        let likelihood = self.likelihood.max(f32::MIN_POSITIVE);
        let likelihood = if self.likelihood.is_nan() { self.likelihood } else { likelihood };
        self.loss.sum -= f64::from(log::<L>()(L::splat(likelihood)).to_array()[0]);
        self.likelihood = 1.0;
    }
}

/// Calls `f` with the start and the length of each lane.
#[inline(always)]
unsafe fn for_each_lane(size: usize, mut f: impl FnMut(usize, usize)) {
    let full = size / WIDTH * WIDTH;
    for at in (0..full).step_by(WIDTH) {
        f(at, WIDTH);
    }
    if full < size {
        f(full, size - full);
    }
}

/// x · y, and y · y if that is wanted, else 0.
#[inline(always)]
pub unsafe fn dot<L: Lane, const SQUARE: bool>(size: usize, x: *const f32, y: *const f32) -> [f32; 2] {
    const CHAINS: usize = 4;
    let mut sums = [L::splat(0.0); CHAINS];
    let mut squares = [L::splat(0.0); CHAINS];
    let mut add = |chain: usize, at: usize, n: usize| {
        let (x, y) = (L::load_first(x.add(at), n), L::load_first(y.add(at), n));
        sums[chain] = x.multiply_add(y, sums[chain]);
        if SQUARE {
            squares[chain] = y.multiply_add(y, squares[chain]);
        }
    };
    let whole = size / (CHAINS * WIDTH) * (CHAINS * WIDTH);
    for at in (0..whole).step_by(CHAINS * WIDTH) {
        add(0, at, WIDTH);
        add(1, at + WIDTH, WIDTH);
        add(2, at + 2 * WIDTH, WIDTH);
        add(3, at + 3 * WIDTH, WIDTH);
    }
    for at in (whole..size).step_by(WIDTH) {
        add(0, at, WIDTH.min(size - at));
    }
    let all = |of: [L; CHAINS]| of[0].add(of[1]).add(of[2].add(of[3])).sum();
    [all(sums), if SQUARE { all(squares) } else { 0.0 }]
}

/// sum += x
#[inline(never)]
unsafe fn add<L: Lane>(size: usize, x: *const f32, sum: *mut f32) {
    for_each_lane(size, |at, n| {
        L::load_first(sum.add(at), n).add(L::load_first(x.add(at), n)).store_first(sum.add(at), n);
    });
}

/// x *= by
#[inline(never)]
unsafe fn scale<L: Lane>(size: usize, by: f32, x: *mut f32) {
    let by = L::splat(by);
    for_each_lane(size, |at, n| L::load_first(x.add(at), n).mul(by).store_first(x.add(at), n));
}
