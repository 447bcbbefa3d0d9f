//! Copies of the rows that a part comes by. It reads and writes them instead of the tables, which stay as they are until
//! all parts are done; then a copy becomes what was changed.

use super::Model;
use super::rows::{Row, Table, Tables};
use crate::arena::Scratch;
use crate::crew::EachWorker;
use crate::lane::{Lane, WIDTH};
use core::marker::PhantomData;

impl Model {
    /// Rows of all tables.
    pub fn rows(&self) -> usize {
        let nodes = if self.nodes.is_null() { 0 } else { self.words };
        self.input_rows + if self.output.is_null() { 0 } else { self.words } + nodes
    }

    /// The number of the first row of each table, all tables' rows being numbered one after the other.
    pub fn first_rows(&self) -> [usize; 3] {
        let output = self.input_rows;
        [0, output, output + if self.output.is_null() { 0 } else { self.words }]
    }
}

/// What the parts changed: for each the numbers of the rows, the copies, and how far they were bent.
pub struct Overlays {
    model: Model,
    most: usize,
    numbers: Scratch,
    copies: Scratch,
    bends: Scratch,
    counts: Scratch,
    /// Of each row: where its copy would be, if there is one. Each worker's own.
    places: EachWorker,
}

impl Overlays {
    /// Room for parts of at most so many rows. None if memory is short.
    pub fn new(of: &Model, parts: usize, most: usize) -> Option<Self> {
        let all = parts.checked_mul(most)?;
        Some(Overlays {
            model: *of,
            most,
            numbers: Scratch::f32s(all)?,
            copies: Scratch::f32s(all.checked_mul(of.size)?)?,
            bends: Scratch::f32s(all)?,
            counts: Scratch::f32s(parts)?,
            places: EachWorker::f32s(of.rows())?,
        })
    }

    /// Makes room that may hold anything room that may be read. To be called before any part.
    pub unsafe fn clear(&self) {
        self.places.all().for_each(|places| places.write_bytes(0, self.model.rows()));
    }

    /// What part `i` is to read and write, on this thread.
    pub unsafe fn of<L: Lane>(&self, i: usize) -> Overlay<L> {
        Overlay {
            is_copying: true,
            size: self.model.size,
            tables: Tables::new(&self.model),
            first: self.model.first_rows(),
            places: self.places.mine().cast(),
            numbers: self.numbers.pointer().cast::<u32>().add(i * self.most),
            copies: self.copies.pointer().add(i * self.most * self.model.size),
            bends: self.bends.pointer().add(i * self.most),
            most: self.most,
            count: 0,
            counted: self.counts.pointer().cast::<u32>().add(i),
            lane: PhantomData,
        }
    }

    /// The numbers of the rows that part `i` changed.
    pub unsafe fn numbers(&self, i: usize) -> &[u32] {
        let count = *self.counts.pointer().cast::<u32>().add(i) as usize;
        core::slice::from_raw_parts(self.numbers.pointer().cast::<u32>().add(i * self.most), count)
    }

    /// What part `i` changed of the row at a place of its numbers, and how far it was bent.
    pub unsafe fn change(&self, i: usize, place: usize) -> (*const f32, f32) {
        let at = i * self.most + place;
        (self.copies.pointer().add(at * self.model.size), *self.bends.pointer().add(at))
    }
}

/// The rows of one part: copies, or the tables themselves.
pub struct Overlay<L> {
    /// A branch for each row, and not another kind of overlay: the code of a part is in the module once.
    is_copying: bool,
    size: usize,
    tables: Tables,
    first: [usize; 3],
    places: *mut u32,
    numbers: *mut u32,
    copies: *mut f32,
    bends: *mut f32,
    most: usize,
    count: usize,
    counted: *mut u32,
    lane: PhantomData<L>,
}

impl<L: Lane> Overlay<L> {
    /// The tables themselves.
    pub fn none(of: &Model) -> Self {
        let (floats, words) = (core::ptr::null_mut(), core::ptr::null_mut());
        Overlay {
            is_copying: false,
            size: of.size,
            tables: Tables::new(of),
            first: of.first_rows(),
            places: words,
            numbers: words,
            copies: floats,
            bends: floats,
            most: 0,
            count: 0,
            counted: words,
            lane: PhantomData,
        }
    }

    /// Whether anybody asks how far a row has moved towards where it would come to rest.
    pub fn is_bent(&self) -> bool {
        self.is_copying
    }

    /// A row of a table.
    /// # Safety: the table has it.
    #[inline(always)]
    pub unsafe fn row(&mut self, table: Table, index: usize) -> Row {
        if !self.is_copying {
            return Row { at: self.tables.at(table, index), place: 0 };
        }
        let number = self.first[table as usize] + index;
        let place = *self.places.add(number) as usize;
        // A place is right if the row there is this one: what an earlier part left need not be cleared (Briggs & Torczon 1993).
        if place < self.count && *self.numbers.add(place) as usize == number {
            return Row { at: self.copies.add(place * self.size), place };
        }
        self.copy(self.tables.at(table, index), number)
    }

    /// A step has moved `row` by this share of its way.
    /// # Safety: it is a row of these.
    #[inline(always)]
    pub unsafe fn bend(&mut self, row: Row, by: f32) {
        if self.is_copying {
            *self.bends.add(row.place) += by;
        }
    }

    #[inline(never)]
    unsafe fn copy(&mut self, from: *const f32, number: usize) -> Row {
        let place = self.count;
        assert!(place < self.most, "a part came by more rows than it can");
        self.count += 1;
        *self.places.add(number) = place as u32;
        *self.numbers.add(place) = number as u32;
        *self.bends.add(place) = 0.0;
        let at = self.copies.add(place * self.size);
        at.copy_from_nonoverlapping(from, self.size);
        Row { at, place }
    }

    /// Makes of each copy what was changed.
    /// # Safety: nobody has written into the tables since the part began.
    pub unsafe fn finish(&mut self) {
        if !self.is_copying {
            return;
        }
        *self.counted = self.count as u32;
        for place in 0..self.count {
            let copy = self.copies.add(place * self.size);
            let from = row_of(&self.tables, &self.first, *self.numbers.add(place) as usize);
            for at in (0..self.size).step_by(WIDTH) {
                let n = WIDTH.min(self.size - at);
                L::load_first(copy.add(at), n).sub(L::load_first(from.add(at), n)).store_first(copy.add(at), n);
            }
        }
    }
}

/// The row of a number.
pub fn row_of(tables: &Tables, first: &[usize; 3], number: usize) -> *mut f32 {
    let table = match number {
        _ if number < first[1] => Table::Input,
        _ if number < first[2] => Table::Output,
        _ => Table::Nodes,
    };
    tables.at(table, number - first[table as usize])
}
