//! The rows of the tables, where they lie.

use super::Model;

/// Which table a row is of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Table {
    Input,
    Output,
    Nodes,
}

/// A row for reading and writing, and which of an overlay's it is.
#[derive(Clone, Copy)]
pub struct Row {
    pub at: *mut f32,
    pub place: usize,
}

/// The tables themselves.
#[derive(Clone, Copy)]
pub struct Tables {
    size: usize,
    tables: [*mut f32; 3],
}

impl Tables {
    pub fn new(of: &Model) -> Self {
        Tables { size: of.size, tables: [of.input, of.output, of.nodes] }
    }

    pub fn at(&self, table: Table, index: usize) -> *mut f32 {
        self.tables[table as usize].wrapping_add(index * self.size)
    }
}
