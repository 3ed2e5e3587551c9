//! The map format.
