//! What fuzzers have found so far, once more: every input of the corpus goes through its target again.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Instant;

use affil_fuzz::TARGETS;

/// So many bytes the corpora of all targets may have together.
const MOST: u64 = 1_500_000;

fn corpus() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("corpus")
}

#[test]
fn what_was_found_holds() {
    for (name, target) in TARGETS {
        let (mut count, start) = (0, Instant::now());
        for entry in std::fs::read_dir(corpus().join(name)).unwrap_or_else(|error| panic!("corpus of {name}: {error}"))
        {
            let path = entry.unwrap().path();
            // Named before it is tried: a panic says nothing of the file.
            println!("{}", path.display());
            target(&std::fs::read(path).unwrap());
            count += 1;
        }
        println!("{name}: {count} in {:?}", start.elapsed());
        assert!(count > 0, "no corpus of {name}");
    }
}

#[test]
fn every_target_has_a_program_and_a_small_corpus() {
    let names: BTreeSet<String> = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(names.len(), TARGETS.len());
    let files = |folder: PathBuf| -> BTreeSet<String> {
        let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        entries.map(|path| path.file_stem().unwrap().to_string_lossy().into_owned()).collect()
    };
    assert_eq!(files(corpus()), names);
    assert_eq!(files(corpus().with_file_name("fuzz_targets")), names);
    let folders = names.iter().flat_map(|name| std::fs::read_dir(corpus().join(name)).unwrap());
    let bytes: u64 = folders.map(|entry| entry.unwrap().metadata().unwrap().len()).sum();
    assert!(bytes < MOST, "{bytes} bytes");
}
