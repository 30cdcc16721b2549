//! An identity cloud of the Authing family in a process, for tests and examples.
