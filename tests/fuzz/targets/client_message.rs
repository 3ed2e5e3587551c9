//! Any bytes as what a stranger sends: every decoder ends without a panic and in memory that is bounded by
//! the length of the input, what was read and written reads back the same, and no bytes log anybody in.
#![no_main]

use std::alloc::System;
use std::sync::OnceLock;

use cap::Cap;
use libfuzzer_sys::fuzz_target;
use prost::Message as _;
use server::accounts::opaque::OpaqueServer;
use server::net::decode;
use server::wire::MAX_CLIENT_MESSAGE_BYTES;
use server::wire::frame::TickFrame;
use server::wire::v1::{ClientMessage, client_message::Body};

/// Fails an allocation that goes beyond its limit, which ends the process.
#[global_allocator]
static ALLOCATOR: Cap<System> = Cap::new(System, usize::MAX);

/// What a decoder may hold besides copies of its input: texts of errors, buffers of the arithmetic.
const SLACK_BYTES: usize = 16 * 1024;
/// The basepoint of Ristretto255: a group element that every suite message may contain.
const BASEPOINT: [u8; 32] = [
    0xe2, 0xf2, 0xae, 0x0a, 0x6a, 0xbc, 0x4e, 0x71, 0xa8, 0x84, 0xa9, 0x61, 0xc5, 0x00, 0x51, 0x5f, 0x58, 0xe3,
    0x0b, 0x6a, 0xa5, 0x82, 0xdd, 0x8d, 0xb6, 0xa6, 0x59, 0x45, 0xe0, 0x8d, 0x2d, 0x76,
];

/// Runs `decode` while it may allocate at most four times the input.
fn bounded<T>(input_bytes: usize, decode: impl FnOnce() -> T) -> T {
    let limit = ALLOCATOR.allocated() + 4 * input_bytes + SLACK_BYTES;
    ALLOCATOR.set_limit(limit).expect("the limit is above what is allocated");
    let decoded = decode();
    ALLOCATOR.set_limit(usize::MAX).expect("no limit");
    decoded
}

fn opaque_server() -> &'static OpaqueServer {
    static SERVER: OnceLock<OpaqueServer> = OnceLock::new();
    SERVER.get_or_init(|| {
        let keys = tempfile::tempdir().expect("a folder");
        OpaqueServer::open(keys.path(), 0).expect("a new key")
    })
}

/// Bytes of an OPAQUE message, as each of the four that a client sends.
fn opaque(bytes: &[u8]) {
    let server = opaque_server();
    if let Ok(response) = bounded(bytes.len(), || server.register("name", bytes)) {
        assert_eq!(response.len(), 64);
    }
    if let Ok(record) = bounded(bytes.len(), || OpaqueServer::record(bytes)) {
        let first = [BASEPOINT, [7; 32], BASEPOINT].concat();
        server.start_login("name", Some(&record), &first).expect("a stored record starts a login");
    }
    if let Ok((state, response)) = bounded(bytes.len(), || server.start_login("name", None, bytes)) {
        assert_eq!(response.len(), 320);
        OpaqueServer::finish_login(state, &[0; 64]).expect_err("zeros prove nothing");
    }
    // The length of a proof: anything else is refused before any arithmetic.
    if bytes.len() == 64 {
        let first = [BASEPOINT, [7; 32], BASEPOINT].concat();
        let (state, _) = server.start_login("name", None, &first).expect("a login starts");
        OpaqueServer::finish_login(state, bytes).expect_err("nobody has registered");
    }
}

fuzz_target!(|bytes: &[u8]| {
    opaque(bytes);
    if let Ok(frame) = bounded(bytes.len(), || TickFrame::decode(bytes)) {
        assert_eq!(TickFrame::decode(&frame.encode()), Ok(frame));
    }
    let Ok(incoming) = bounded(bytes.len(), || decode::message(bytes)) else {
        return;
    };
    assert!(bytes.len() <= MAX_CLIENT_MESSAGE_BYTES);
    let written = ClientMessage {
        request_id: incoming.request_id.clone(),
        body: Some(incoming.body.clone()),
    }
    .encode_to_vec();
    let again = decode::message(&written).expect("what was written reads back");
    let again = ClientMessage { request_id: again.request_id, body: Some(again.body) };
    // Bytes, because a NaN is not equal to itself.
    assert_eq!(again.encode_to_vec(), written);
    match &incoming.body {
        Body::RegisterStart(start) => opaque(&start.registration_request),
        Body::RegisterFinish(finish) => opaque(&finish.registration_upload),
        Body::LoginStart(start) => opaque(&start.credential_request),
        Body::LoginFinish(finish) => opaque(&finish.credential_finalization),
        _ => {}
    }
    let request_id = incoming.request_id.clone();
    match bounded(bytes.len(), || decode::request(incoming)) {
        Ok(Ok(_) | Err(_)) => {}
        Err(error) => {
            assert!(error.text.len() <= 4 * bytes.len() + 200, "{}", error.text);
            assert!(error.request_id == request_id || error.request_id.is_empty());
        }
    }
});
