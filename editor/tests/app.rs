//! The whole editor, driven by label without a window.
