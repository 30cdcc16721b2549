//! What the older SDKs can do, method by method, and where this one does it: `tests/parity.tsv`.
//!
//! Its columns are the system, client, module and method of the older SDK, the paths of what does
//! the same here, and the reason where nothing does (or not all of it). Every path is compiled, those of
//! a feature with it: `tests/parity/paths.rs`.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing test panics")]

#[path = "parity/paths.rs"]
mod paths;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use paths::paths;

/// Every public method of the older SDKs.
const ROWS: usize = 862;

const TABLE: &str = include_str!("parity.tsv");

struct Row {
    /// System, client, module and method.
    name: [&'static str; 4],
    paths: Vec<&'static str>,
    reason: &'static str,
}

fn rows() -> Vec<Row> {
    let mut lines = TABLE.lines();
    assert_eq!(lines.next(), Some("system\tclient\tmodule\tmethod\trust\treason"));
    lines
        .map(|line| {
            let columns: Vec<_> = line.split('\t').collect();
            let [system, client, module, method, paths, reason] = columns[..] else {
                panic!("not six columns: {line:?}")
            };
            let paths = paths.split(' ').filter(|path| !path.is_empty()).collect();
            Row { name: [system, client, module, method], paths, reason }
        })
        .collect()
}

#[test]
fn no_method_is_missing_or_there_twice() {
    let mut seen = BTreeSet::new();
    for row in rows() {
        assert!(seen.insert(row.name), "there twice: {:?}", row.name);
    }
    assert_eq!(seen.len(), ROWS);
}

#[test]
fn every_method_has_a_path_or_a_reason() {
    for row in rows() {
        assert!(!row.paths.is_empty() || !row.reason.is_empty(), "{:?}", row.name);
        assert_eq!(row.reason, row.reason.trim(), "{:?}", row.name);
        let parts: BTreeSet<_> = row.paths.iter().collect();
        assert_eq!(parts.len(), row.paths.len(), "a path twice: {:?}", row.name);
    }
}

#[test]
fn every_path_is_compiled_and_every_compiled_path_is_used() {
    let compiled: BTreeSet<&str> = paths().into_iter().collect();
    assert_eq!(compiled.len(), paths().len(), "a path is compiled twice");
    let named: BTreeSet<&str> = rows().into_iter().flat_map(|row| row.paths).collect();
    let missing: Vec<_> = named.difference(&compiled).collect();
    assert!(missing.is_empty(), "not in tests/parity/paths.rs: {missing:?}");
    let unused: Vec<_> = compiled.difference(&named).collect();
    assert!(unused.is_empty(), "in no row of tests/parity.tsv: {unused:?}");
}

#[test]
fn what_an_end_user_does_is_done_or_needs_a_browser_or_a_protocol() {
    let open = ["management: not there yet"];
    for row in rows().iter().filter(|row| row.name[1] == "authentication") {
        assert!(!open.contains(&row.reason), "{:?}", row.name);
    }
}

/// With `AUTHING_API` set to the folder with the list of methods that the table was made from, the
/// two are compared.
#[test]
fn the_table_has_the_methods_of_the_list() {
    let Some(folder) = std::env::var_os("AUTHING_API").map(PathBuf::from) else {
        println!("skipped: AUTHING_API is not set");
        return;
    };
    let list = std::fs::read_to_string(folder.join("methods.tsv")).unwrap();
    let mut missing: BTreeMap<Vec<&str>, usize> = BTreeMap::new();
    for line in list.lines().skip(1) {
        *missing.entry(line.split('\t').take(4).collect()).or_default() += 1;
    }
    assert_eq!(missing.values().sum::<usize>(), ROWS);
    for row in rows() {
        assert!(missing.remove(row.name.as_slice()).is_some(), "not in the list: {:?}", row.name);
    }
    assert!(missing.is_empty(), "missing in the table: {missing:?}");
}
