//! The parts of a job that nobody has claimed yet.

use core::sync::atomic::{AtomicU64, Ordering::*};

/// Bits of a part's number.
const PART_BITS: u32 = 28;
/// The most parts that a job can have.
pub const MOST_PARTS: usize = (1 << PART_BITS) - 1;

/// The unclaimed parts, `begin..end`, and how many workers may claim them, in one word. So a claim is always of a part that is
/// free at that moment, by a worker that the job has room for, however late its thread comes.
pub struct Claims(AtomicU64);

#[derive(Clone, Copy)]
struct Unclaimed {
    workers: usize,
    begin: usize,
    end: usize,
}

impl Claims {
    pub const fn new() -> Self {
        Claims(AtomicU64::new(0))
    }

    /// Offers the parts of a new job to workers below `workers`. Those of the one before are all claimed.
    pub fn open(&self, count: usize, workers: usize) {
        self.0.store(Unclaimed { workers, begin: 0, end: count }.pack(), SeqCst);
    }

    pub fn are_left_for(&self, worker: usize) -> bool {
        Unclaimed::unpack(self.0.load(SeqCst)).are_left_for(worker)
    }

    /// The number of a part that is now the worker's: the last one for worker 0, the first one for the others.
    pub fn claim(&self, worker: usize) -> Option<usize> {
        let mut word = self.0.load(Acquire);
        loop {
            let unclaimed = Unclaimed::unpack(word);
            if !unclaimed.are_left_for(worker) {
                return None;
            }
            let (part, rest) = if worker == 0 { unclaimed.without_last() } else { unclaimed.without_first() };
            match self.0.compare_exchange_weak(word, rest.pack(), AcqRel, Acquire) {
                Ok(_) => return Some(part),
                Err(now) => word = now,
            }
        }
    }
}

impl Unclaimed {
    fn pack(self) -> u64 {
        (self.workers as u64) << (2 * PART_BITS) | (self.begin as u64) << PART_BITS | self.end as u64
    }

    fn unpack(word: u64) -> Self {
        let part = |shift: u32| (word >> shift) as usize & MOST_PARTS;
        Unclaimed { workers: (word >> (2 * PART_BITS)) as usize, begin: part(PART_BITS), end: part(0) }
    }

    fn are_left_for(self, worker: usize) -> bool {
        self.begin < self.end && worker < self.workers
    }

    fn without_first(self) -> (usize, Self) {
        (self.begin, Unclaimed { begin: self.begin + 1, ..self })
    }

    fn without_last(self) -> (usize, Self) {
        (self.end - 1, Unclaimed { end: self.end - 1, ..self })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_is_claimed_once_from_either_end() {
        let claims = Claims::new();
        assert_eq!(claims.claim(1), None);
        for count in [1, 4, 70_000] {
            claims.open(count, 2);
            assert_eq!(claims.claim(0), Some(count - 1));
            let rest = (0..count - 1).all(|part| claims.claim(1) == Some(part));
            assert!(rest && !claims.are_left_for(0) && claims.claim(0).is_none());
        }
    }

    #[test]
    fn workers_beyond_a_jobs_room_claim_nothing() {
        let claims = Claims::new();
        claims.open(MOST_PARTS, 32);
        assert!(claims.are_left_for(31) && !claims.are_left_for(32));
        claims.open(5, 2);
        assert_eq!((claims.claim(2), claims.claim(1), claims.claim(0)), (None, Some(0), Some(4)));
    }
}
