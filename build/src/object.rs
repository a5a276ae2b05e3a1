//! Finds the records in files of all kinds.
