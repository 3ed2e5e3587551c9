//! From bytes of a stranger to a request that the simulation can trust. Public, because it is what the
//! fuzzer throws bytes at.
//!
//! *Not* responsible for: whether the request fits the moment (see `connection` and `sim`).

use prost::Message as _;
use shared::ids::InvalidId;

use crate::rows::RequestId;
use crate::sim::input::Request;
use crate::sim::walk::Intent;
use crate::wire::MAX_CLIENT_MESSAGE_BYTES;
use crate::wire::v1::{ClientMessage, ErrorCode, client_message::Body};

/// A message with its request id, checked.
#[derive(Clone, PartialEq, Debug)]
pub struct Incoming {
    /// What the client calls it: nothing, or 16 bytes.
    pub request_id: Vec<u8>,
    /// What it says.
    pub body: Body,
}

/// Why a message is refused.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{text}")]
pub struct DecodeError {
    /// What the client is told.
    pub code: ErrorCode,
    /// In words.
    pub text: String,
    /// Which request it answers.
    pub request_id: Vec<u8>,
}

impl DecodeError {
    fn malformed(text: &str) -> Self {
        Self {
            code: ErrorCode::Malformed,
            text: text.to_owned(),
            request_id: Vec::new(),
        }
    }

    /// Whether the connection ends: a client that sends such bytes does not speak this protocol.
    pub(super) fn is_fatal(&self) -> bool {
        self.code == ErrorCode::Malformed
    }
}

/// Reads one message.
///
/// # Errors
/// Bytes that no client of this protocol version sends.
pub fn message(bytes: &[u8]) -> Result<Incoming, DecodeError> {
    if bytes.len() > MAX_CLIENT_MESSAGE_BYTES {
        return Err(DecodeError::malformed("the message is too long"));
    }
    let message = ClientMessage::decode(bytes).map_err(|error| DecodeError::malformed(&error.to_string()))?;
    if !matches!(message.request_id.len(), 0 | 16) {
        return Err(DecodeError::malformed("request_id has 16 bytes or none"));
    }
    match message.body {
        Some(body) => Ok(Incoming {
            request_id: message.request_id,
            body,
        }),
        None => Err(DecodeError {
            code: ErrorCode::UnknownMessage,
            text: "this protocol version has no such message".to_owned(),
            request_id: message.request_id,
        }),
    }
}

/// The request id as a number.
pub(super) fn request_id(bytes: &[u8]) -> Option<RequestId> {
    bytes.try_into().ok().map(RequestId::from_be_bytes)
}

/// What a message asks of the simulation; `Ok(Err(message))` gives back a message that is not for it.
///
/// # Errors
/// A field is out of its range.
pub fn request(incoming: Incoming) -> Result<Result<Request, Incoming>, DecodeError> {
    let not_an_id = |error: InvalidId| DecodeError {
        code: ErrorCode::NotFound,
        text: error.to_string(),
        request_id: incoming.request_id.clone(),
    };
    Ok(Ok(match &incoming.body {
        Body::CreateCharacter(create) => Request::CreateCharacter {
            name: create.name.clone(),
        },
        Body::EnterWorld(enter) => Request::EnterWorld {
            character_id: enter.character_id,
        },
        Body::Move(wish) => {
            let yaw = u8::try_from(wish.yaw).ok();
            let intent =
                yaw.and_then(|yaw| Intent::checked(wish.sequence, wish.east, wish.north, wish.jump, yaw));
            let out_of_range = || DecodeError::malformed("a direction or yaw is out of range");
            Request::Move(intent.ok_or_else(out_of_range)?)
        }
        Body::HarvestStart(start) => Request::HarvestStart {
            entity: start.entity_id.parse().map_err(not_an_id)?,
        },
        Body::HarvestStop(stop) => Request::HarvestStop {
            entity: stop.entity_id.parse().map_err(not_an_id)?,
        },
        Body::UsePortal(portal) => Request::UsePortal {
            portal: portal.portal_id.parse().map_err(not_an_id)?,
        },
        Body::Leave(_) => Request::Leave,
        Body::Hello(_)
        | Body::RegisterStart(_)
        | Body::RegisterFinish(_)
        | Body::LoginStart(_)
        | Body::LoginFinish(_)
        | Body::Resume(_)
        | Body::Ping(_) => return Ok(Err(incoming)),
    }))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::wire::v1;

    fn bytes(request_id: &[u8], body: Option<Body>) -> Vec<u8> {
        let request_id = request_id.to_vec();
        ClientMessage { request_id, body }.encode_to_vec()
    }

    fn wish(east: f32, yaw: u32) -> Vec<u8> {
        let wish = v1::Move {
            east,
            yaw,
            ..v1::Move::default()
        };
        bytes(&[], Some(Body::Move(wish)))
    }

    fn code_of(bytes: &[u8]) -> ErrorCode {
        match message(bytes).and_then(request) {
            Ok(request) => panic!("{request:?}"),
            Err(error) => error.code,
        }
    }

    #[test]
    fn hostile_fields_are_refused() {
        assert_eq!(code_of(&wish(f32::NAN, 0)), ErrorCode::Malformed);
        assert_eq!(code_of(&wish(0.0, 256)), ErrorCode::Malformed);
        assert_eq!(
            code_of(&bytes(&[1; 15], Some(Body::Leave(v1::Leave {})))),
            ErrorCode::Malformed
        );
        assert_eq!(code_of(&bytes(&[], None)), ErrorCode::UnknownMessage);
        assert_eq!(
            code_of(&vec![0; MAX_CLIENT_MESSAGE_BYTES + 1]),
            ErrorCode::Malformed
        );
        let portal_id = "../../etc/passwd".repeat(100);
        let portal = Body::UsePortal(v1::UsePortal { portal_id });
        assert_eq!(code_of(&bytes(&[], Some(portal))), ErrorCode::NotFound);
    }

    #[test]
    fn a_truncated_message_is_refused_or_a_shorter_one() {
        let body = Body::Hello(v1::Hello {
            protocol_min: 1,
            protocol_max: 1,
            client: "a client with a name".into(),
        });
        let whole = bytes(&[7; 16], Some(body));
        for length in 0..whole.len() {
            if let Ok(incoming) = message(&whole[..length]) {
                panic!("{length} bytes read as {incoming:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn random_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            if let Ok(incoming) = message(&bytes) {
                prop_assert!(request(incoming).is_ok() || !bytes.is_empty());
            }
        }

        /// Flipped bytes of a real message reach deeper than random ones.
        #[test]
        fn damaged_messages_never_panic(flips in proptest::collection::vec((0..60_usize, any::<u8>()), 1..6)) {
            let mut bytes = wish(0.5, 3);
            bytes.extend(self::bytes(&[3; 16], Some(Body::HarvestStart(v1::HarvestStart { entity_id: "abc".into() }))));
            for (at, value) in flips {
                let length = bytes.len();
                bytes[at % length] = value;
            }
            if let Ok(incoming) = message(&bytes) {
                // Either outcome is fine; reaching this line is the point.
                prop_assert!(request(incoming).map_or_else(|error| !error.text.is_empty(), |_| true));
            }
        }
    }
}
