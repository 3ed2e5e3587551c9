//! Structural rules: what can be wrong with a project before any terrain is made.
