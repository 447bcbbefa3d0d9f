//! What the crew asks of the engine around it. Native tests start their own helpers, and end none.

#[cfg(target_arch = "wasm32")]
mod imports {
    #[link(wasm_import_module = "crew")]
    unsafe extern "C" {
        pub fn start_helpers();
        pub fn look_after_helpers();
        #[cfg(feature = "checked")]
        pub fn violated(message: *const u8, length: usize);
    }
}

/// Asks for as many helpers as may work; they come up later.
#[cfg(target_arch = "wasm32")]
pub fn start_helpers() {
    // SAFETY: the loader provides it; it takes and returns nothing.
    unsafe { imports::start_helpers() }
}

#[cfg(not(target_arch = "wasm32"))]
pub fn start_helpers() {}

/// Has the host say which helpers' threads have ended ([`super::helper_is_gone`]): while the main thread waits in here, it
/// hears of nothing by itself.
#[cfg(target_arch = "wasm32")]
pub fn look_after_helpers() {
    // SAFETY: as above.
    unsafe { imports::look_after_helpers() }
}

#[cfg(not(target_arch = "wasm32"))]
pub fn look_after_helpers() {}

/// Throws a trap with a message.
#[cfg(all(target_arch = "wasm32", feature = "checked"))]
pub fn violated(message: &str) {
    // SAFETY: the message lives until the host has read it, and the host never returns.
    unsafe { imports::violated(message.as_ptr(), message.len()) }
}
