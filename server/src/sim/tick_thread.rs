//! Runs the simulation.
