//! Rows by index, made to name each index once.

use super::sort::{Order, sorted};
use crate::arena::Scratch;
use crate::lane::{Lane, WIDTH};

/// Adds rows of equal indices, in the order they came: (count) indices and (count, size) rows become the first of as many,
/// ascending. Costs what the rows cost, however large the table is that they point into. None if memory is short.
/// # Safety: operands hold what their sizes say, and the outputs have room for all `count`; outputs and inputs are apart.
pub unsafe fn coalesce_rows<L: Lane>(
    count: usize,
    size: usize,
    indices: *const i32,
    rows: *const f32,
    out_indices: *mut i32,
    out_rows: *mut f32,
) -> Option<usize> {
    let scratch = Scratch::f32s(count)?;
    let order = scratch.pointer().cast::<i32>();
    sorted([1, count, count], Order::Ascending, indices, core::ptr::null_mut(), order)?;
    let mut unique = 0;
    for at in 0..count {
        let from = *order.add(at) as usize;
        let (index, row) = (*indices.add(from), rows.add(from * size));
        if unique > 0 && *out_indices.add(unique - 1) == index {
            add::<L>(size, row, out_rows.add((unique - 1) * size));
        } else {
            out_indices.add(unique).write(index);
            out_rows.add(unique * size).copy_from_nonoverlapping(row, size);
            unique += 1;
        }
    }
    Some(unique)
}

/// sum += row
unsafe fn add<L: Lane>(size: usize, row: *const f32, sum: *mut f32) {
    for at in (0..size).step_by(WIDTH) {
        let n = WIDTH.min(size - at);
        L::load_first(sum.add(at), n).add(L::load_first(row.add(at), n)).store_first(sum.add(at), n);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gemm::tests::values;
    use crate::lane::Scalar;

    #[test]
    fn rows_of_equal_indices_are_added_in_ascending_order() {
        let size = 7;
        for indices in [vec![], vec![3], vec![5, 1, 5, -2, 1, 5, 0], vec![4; 9], (0..100).rev().collect::<Vec<i32>>()] {
            let rows = values(indices.len() * size, 1);
            let (mut at, mut sums) = (vec![-1; indices.len()], vec![f32::NAN; indices.len() * size]);
            // SAFETY: the sizes are those of the vectors.
            let unique = unsafe {
                coalesce_rows::<Scalar>(
                    indices.len(),
                    size,
                    indices.as_ptr(),
                    rows.as_ptr(),
                    at.as_mut_ptr(),
                    sums.as_mut_ptr(),
                )
            }
            .unwrap();
            let mut wanted = indices.clone();
            wanted.sort_unstable();
            wanted.dedup();
            assert_eq!(at[..unique], wanted);
            for (i, &index) in wanted.iter().enumerate() {
                for column in 0..size {
                    let same = (0..indices.len()).filter(|&row| indices[row] == index);
                    let want: f32 = same.map(|row| rows[row * size + column]).sum();
                    assert_eq!(sums[i * size + column], want, "row {i}, column {column}");
                }
            }
        }
    }
}
