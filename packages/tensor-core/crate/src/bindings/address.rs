//! Addresses as TypeScript passes them. A binding comes by a pointer only through [`range!`], by saying how far it reaches
//! from there: what a kernel is about to read or write stands beside its call. A build with the feature `checked` refuses a
//! range that does not lie within one block of the arena, and says whose it is; in other builds nothing is left of it.

use crate::layout::Walk;
use core::ops::Add;
use wasm_bindgen::convert::FromWasmAbi;
use wasm_bindgen::describe::WasmDescribe;

/// Declares a kind of address, `0` where TypeScript passes nothing.
macro_rules! addresses {
    ($($(#[$doc:meta])* $name:ident is *$kind:tt;)+) => {$(
        $(#[$doc])*
        pub struct $name<T>(*$kind T);

        impl<T> Copy for $name<T> {}

        impl<T> Clone for $name<T> {
            fn clone(&self) -> Self {
                *self
            }
        }

        impl<T> $name<T> {
            /// The pointer. Not to be called but by [`range!`].
            #[inline(always)]
            pub fn reaching(self, claim: impl FnOnce() -> Claim) -> *$kind T {
                #[cfg(feature = "checked")]
                claim().uphold(self.0.addr(), size_of::<T>());
                #[cfg(not(feature = "checked"))]
                let _ = claim;
                self.0
            }

            /// As [`Self::reaching`], or null if TypeScript passed nothing.
            #[inline(always)]
            pub fn reaching_if_any(self, claim: impl FnOnce() -> Claim) -> *$kind T {
                if cfg!(feature = "checked") && self.0.is_null() { self.0 } else { self.reaching(claim) }
            }
        }

        impl<T> From<*$kind T> for $name<T> {
            fn from(pointer: *$kind T) -> Self {
                $name(pointer)
            }
        }

        impl<T> WasmDescribe for $name<T> {
            fn describe() {
                <*$kind T>::describe();
            }
        }

        impl<T> FromWasmAbi for $name<T> {
            type Abi = <*$kind T as FromWasmAbi>::Abi;

            #[inline(always)]
            unsafe fn from_abi(address: Self::Abi) -> Self {
                $name(<*$kind T>::from_abi(address))
            }
        }
    )+};
}

addresses! {
    /// Where elements are read.
    In is *const;
    /// Where elements are written, and may be read.
    Out is *mut;
}

/// `range!(x, extent)` is the pointer of the argument `x`, whose elements the call reaches as far as the extent says: a number
/// of elements, an array of sizes or an [`Extent`]. `range!(x?, extent)` may be null.
macro_rules! range {
    ($argument:ident, $extent:expr) => {
        $argument.reaching(|| $crate::bindings::address::Claim {
            extent: $crate::bindings::address::Extent::from($extent),
            argument: stringify!($argument),
            binding: $crate::bindings::address::name_of(&|| ()),
        })
    };
    ($argument:ident?, $extent:expr) => {
        $argument.reaching_if_any(|| $crate::bindings::address::Claim {
            extent: $crate::bindings::address::Extent::from($extent),
            argument: stringify!($argument),
            binding: $crate::bindings::address::name_of(&|| ()),
        })
    };
}
pub(super) use range;

/// The full name of a function, from a closure that stands in it.
pub fn name_of<F>(_: &F) -> &'static str {
    core::any::type_name::<F>()
}

/// Which elements an operand is read or written at: the first and the last one's place, seen from its address. None: at none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Extent(Option<[i64; 2]>);

impl Extent {
    /// `count` elements or rows, `stride` apart.
    pub fn strided(count: usize, stride: isize) -> Self {
        let last = (count as i64 - 1) * stride as i64;
        Extent((count > 0).then_some([last.min(0), last.max(0)]))
    }

    /// What an operand of a walk reaches.
    pub fn walked<const N: usize>(walk: &Walk<N>, operand: usize) -> Self {
        (0..walk.rank)
            .map(|axis| Extent::strided(walk.sizes[axis], walk.strides[operand][axis]))
            .fold(Extent::from(1), Add::add)
    }

    /// The places that indices name, `stride` apart.
    /// # Safety: `index` points at `count` readable integers.
    pub unsafe fn named(count: usize, index: *const i32, stride: usize) -> Self {
        (0..count).map(|i| Extent::place(*index.add(i), stride as isize)).fold(Extent(None), Extent::and)
    }

    /// The places that the indices of a walk's operand name, `stride` apart.
    /// # Safety: `index` reaches what the walk does.
    pub unsafe fn named_along<const N: usize>(
        walk: &Walk<N>,
        operand: usize,
        index: *const i32,
        stride: isize,
    ) -> Self {
        (0..walk.len())
            .map(|i| Extent::place(*index.offset(walk.offsets(i)[operand]), stride))
            .fold(Extent(None), Extent::and)
    }

    /// The same of elements of `item_size` bytes, for an operand that is passed as bytes.
    pub fn in_bytes(self, item_size: usize) -> Self {
        let size = item_size as i64;
        Extent(self.0.map(|[first, last]| [first * size, last * size + size - 1]))
    }

    fn place(index: i32, stride: isize) -> Self {
        let at = i64::from(index) * stride as i64;
        Extent(Some([at, at]))
    }

    /// From the first of both to the last of both.
    pub fn and(self, other: Self) -> Self {
        match (self.0, other.0) {
            (Some([a, b]), Some([c, d])) => Extent(Some([a.min(c), b.max(d)])),
            (one, None) | (None, one) => Extent(one),
        }
    }
}

/// Each element of one extent, seen from each of the other: axes of one operand.
impl Add for Extent {
    type Output = Extent;

    fn add(self, other: Extent) -> Extent {
        Extent(self.0.zip(other.0).map(|([a, b], [c, d])| [a + c, b + d]))
    }
}

impl From<usize> for Extent {
    fn from(count: usize) -> Self {
        Extent((count > 0).then_some([0, count as i64 - 1]))
    }
}

/// Contiguous elements of these sizes.
impl<const N: usize> From<[usize; N]> for Extent {
    fn from(sizes: [usize; N]) -> Self {
        let count = sizes.iter().map(|&size| size as i64).product::<i64>();
        Extent((count > 0).then_some([0, count - 1]))
    }
}

/// That a call reaches no further than this.
pub struct Claim {
    pub extent: Extent,
    pub argument: &'static str,
    pub binding: &'static str,
}

#[cfg(feature = "checked")]
impl Claim {
    /// Traps unless the range lies within one block.
    fn uphold(self, address: usize, item_size: usize) {
        let Some([first, last]) = self.extent.0 else { return };
        let at = |element: i64| address as i64 + element * item_size as i64;
        let bytes = at(first)..at(last + 1);
        let (around, lies_within) = crate::arena::with_arena(|arena| (arena.block_at(address), arena.holds(&bytes)));
        if lies_within {
            return;
        }
        let binding = self.binding.split("bindings::").last().unwrap_or_default().split("::{{").next();
        let block = around.map_or("no block".into(), |block| format!("the block {block:?} of {} bytes", block.len()));
        violated(&format!(
            "the binding {} reaches elements {first}..{} of its argument {}, bytes {bytes:?}, which are not within one block; \
             its address {address} lies in {block}",
            binding.unwrap_or_default(),
            last + 1,
            self.argument,
        ));
    }
}

/// Stops the core with a message.
#[cfg(feature = "checked")]
pub fn violated(message: &str) -> ! {
    #[cfg(target_arch = "wasm32")]
    crate::crew::host::violated(message);
    panic!("{message}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_extent_reaches_from_the_first_to_the_last_element_of_a_walk() {
        let walk = Walk::new(&[2, 3], [&[3, 1], &[0, -2]]);
        assert_eq!(Extent::walked(&walk, 0), Extent(Some([0, 5])));
        assert_eq!(Extent::walked(&walk, 1), Extent(Some([-4, 0])));
        assert_eq!(Extent::walked(&Walk::<1>::new(&[2, 0], [&[0, 1]]), 0), Extent(None));
        assert_eq!(Extent::walked(&Walk::<1>::new(&[], [&[]]), 0), Extent(Some([0, 0])));
        assert_eq!(Extent::from([2, 3, 4]), Extent(Some([0, 23])));
        assert_eq!(Extent::from([2, 0]), Extent(None));
        // SAFETY: there are three indices.
        let rows = unsafe { Extent::named(3, [4, 1, 2].as_ptr(), 10) };
        assert_eq!(rows + Extent::from(10), Extent(Some([10, 49])));
        // SAFETY: there are no indices.
        assert_eq!(unsafe { Extent::named(0, core::ptr::null(), 10) } + Extent::from(10), Extent(None));
    }

    /// Types see to it that a pointer comes with its range; this sees to it that every binding has the types.
    #[test]
    fn every_binding_takes_addresses_and_no_bare_pointers() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/bindings");
        let mut bindings = 0;
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let source = std::fs::read_to_string(&path).unwrap();
            for binding in source.split("#[wasm_bindgen]\npub fn ").skip(1) {
                let signature = binding.split(" {\n").next().unwrap();
                let name = signature.split('(').next().unwrap();
                let parameters = signature.split(") ->").next().unwrap();
                bindings += 1;
                let gives_it_back = name == "release"; // to the arena, which knows its blocks itself
                assert!(
                    gives_it_back || !parameters.contains(['*', '&']),
                    "{name} in {} takes a bare pointer: make it an In or an Out",
                    path.display()
                );
            }
        }
        assert!(bindings > 60, "only {bindings} bindings were found: are they written in another way now?");
    }

    #[cfg(feature = "checked")]
    mod checked {
        use super::super::{Claim, In};
        use crate::arena::with_arena;

        fn binding(count: usize, x: In<f32>) -> *const f32 {
            range!(x, count)
        }

        fn optional(count: usize, x: In<f32>) -> *const f32 {
            range!(x?, count)
        }

        fn block(bytes: usize) -> *const f32 {
            with_arena(|arena| arena.allocate(bytes)).cast()
        }

        #[test]
        fn what_lies_within_a_block_passes() {
            let x = block(40);
            assert_eq!(binding(10, x.into()), x);
            assert_eq!(binding(9, x.wrapping_add(1).into()), x.wrapping_add(1));
            assert_eq!(binding(0, core::ptr::dangling::<f32>().into()), core::ptr::dangling());
            assert!(optional(10, core::ptr::null::<f32>().into()).is_null());
        }

        #[test]
        #[should_panic(expected = "checked::binding reaches elements 0..11 of its argument x")]
        fn one_element_too_many_is_refused_though_the_block_has_room_for_it() {
            binding(11, block(40).into());
        }

        #[test]
        #[should_panic(expected = "lies in no block")]
        fn a_block_that_was_given_back_is_none() {
            let x = block(40);
            // SAFETY: it was just allocated with this size.
            with_arena(|arena| unsafe { arena.release(x.cast_mut().cast(), 40) });
            binding(10, x.into());
        }

        #[test]
        #[should_panic(expected = "lies in no block")]
        fn nothing_is_refused_where_something_is_due() {
            binding(1, core::ptr::null::<f32>().into());
        }

        #[test]
        #[should_panic(expected = "was given back with 36 bytes")]
        fn a_block_is_given_back_with_the_size_it_was_asked_for() {
            let x = block(40);
            // SAFETY: that it is not is what is tested.
            with_arena(|arena| unsafe { arena.release(x.cast_mut().cast(), 36) });
        }

        #[test]
        fn a_claim_without_elements_holds_anywhere() {
            Claim { extent: 0.into(), argument: "x", binding: "" }.uphold(12, 4);
        }
    }
}
