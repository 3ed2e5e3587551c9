//! The wire: protobuf messages as generated from `proto/tombolo.proto`, and the tick frame.
//!
//! *Not* responsible for: what a message means (see `net` and `sim`).

pub mod frame;

/// Version of the protocol that this server speaks, and the WebSocket subprotocol that names it.
pub const PROTOCOL: u32 = 1;
/// Value of `Sec-WebSocket-Protocol`.
pub const SUBPROTOCOL: &str = "tombolo.v1";
/// Largest message that a client may send, in bytes.
pub const MAX_CLIENT_MESSAGE_BYTES: usize = 64 * 1024;

/// Messages of protocol version 1.
#[expect(
    missing_docs,
    clippy::pedantic,
    reason = "generated; the documentation is in the .proto file"
)]
pub mod v1 {
    include!(concat!(env!("OUT_DIR"), "/tombolo.v1.rs"));
}
