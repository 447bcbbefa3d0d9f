//! The first few of many elements, without pairs of all of them: those that come before the last of the best so far are
//! gathered, and when there is no more room the best of them are kept. Of n elements in random order about 2 k log(n / k) are
//! gathered for the first k; the others are only compared, several at a time.

use super::{Order, Sortable, place};

/// Elements that are compared together.
const TOGETHER: usize = 16;

/// Whether so few are asked for that gathering them takes less than pairs of all.
pub fn is_worthwhile(size: usize, count: usize) -> bool {
    size >= 64 && count <= size / 8
}

/// Pairs that [`first`] needs room for.
pub fn room(count: usize) -> usize {
    const SPARE: usize = 128; // to choose the best seldom
    2 * count + TOGETHER + SPARE
}

/// The first `count` pairs of a row in order.
/// # Safety: `room` has room for [`room`] pairs; 0 < count ≤ the row's length.
pub unsafe fn first<T: Sortable>(count: usize, order: Order, x: &[T], room: *mut u64) -> &[u64] {
    match order {
        Order::Ascending => gather(count, order, x, room, may_be_less),
        Order::Descending => gather(count, order, x, room, |x, limit| may_be_less(limit, x)),
    }
}

/// Whether a < b, or one is NaN, whose place the pairs know.
#[inline(always)]
#[allow(clippy::neg_cmp_op_on_partial_ord)] // which `a < b` would pass over
fn may_be_less<T: Sortable>(a: T, b: T) -> bool {
    !(b <= a)
}

#[inline(always)]
unsafe fn gather<T: Sortable>(
    count: usize,
    order: Order,
    x: &[T],
    pairs: *mut u64,
    may_come_before: impl Fn(T, T) -> bool,
) -> &[u64] {
    let full = room(count);
    let (mut gathered, mut limit, mut limit_value) = (0, u64::MAX, None);
    let mut take = |chunk: &[T], start: usize, limit_value: &mut Option<T>| {
        for (i, &x) in chunk.iter().enumerate() {
            // Written anyway, and kept if it comes before the limit: no branch to guess.
            let pair = order.pair(x, start + i);
            pairs.add(gathered).write(pair);
            gathered += usize::from(pair < limit);
        }
        if gathered + TOGETHER > full {
            let all = core::slice::from_raw_parts_mut(pairs, gathered);
            limit = *all.select_nth_unstable(count - 1).1;
            *limit_value = Some(x[place(limit)]);
            gathered = count;
        }
    };
    // Chunks whose size the compiler knows: it compares them in vectors.
    let (chunks, rest) = x.as_chunks::<TOGETHER>();
    for (chunk, start) in chunks.iter().zip((0..).step_by(TOGETHER)) {
        if let Some(limit) = limit_value
            && !chunk.iter().fold(false, |any, &x| any | may_come_before(x, limit))
        {
            continue;
        }
        take(chunk, start, &mut limit_value);
    }
    take(rest, x.len() - rest.len(), &mut limit_value);
    let all = core::slice::from_raw_parts_mut(pairs, gathered);
    if count < gathered {
        all.select_nth_unstable(count - 1);
    }
    all[..count].sort_unstable();
    &all[..count]
}
