//! Files that are only written when that changes them.

use crate::Error;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Writes a file, unless it has this content: whoever looks at its time does nothing then. Says whether
/// it was written.
///
/// What a process that was killed has left of writing this file is removed.
pub(crate) fn write_if_changed(path: &Path, content: &[u8]) -> Result<bool, Error> {
    write_in_steps(path, content, |_| ())
}

/// Where tests have the writing stop.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Step {
    HalfWritten,
    Written,
    Renamed,
}

fn write_in_steps(path: &Path, content: &[u8], step: impl Fn(Step)) -> Result<bool, Error> {
    remove_left(path);
    if fs::read(path).is_ok_and(|old| old == content) {
        return Ok(false);
    }
    // A name of its own at first: no reader sees half a file, and a file that is read-only or linked
    // to another name, as in dune's directories, is replaced.
    let new = while_written(path);
    let write = || -> io::Result<()> {
        let mut file = File::create(&new)?;
        let (first, second) = content.split_at(content.len() / 2);
        file.write_all(first)?;
        step(Step::HalfWritten);
        file.write_all(second)?;
        step(Step::Written);
        fs::rename(&new, path)?;
        step(Step::Renamed);
        Ok(())
    };
    write().map_err(|error| {
        let _ = fs::remove_file(&new);
        Error::new(format!("cannot write {}: {error}", path.display()))
    })?;
    Ok(true)
}

/// How the name of what is being written ends, after the number of the process.
const NEW: &str = ".bactrian-new";

/// The name of what becomes this file, or is needed to make it, as long as this process is about it.
pub(crate) fn while_written(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}{NEW}", std::process::id()));
    path.with_file_name(name)
}

/// Removes what processes that have ended have left of making a file.
pub(crate) fn remove_left(path: &Path) {
    let directory = match path.parent() {
        Some(parent) if parent != Path::new("") => parent.to_owned(),
        _ => PathBuf::from("."),
    };
    let (Some(name), Ok(entries)) = (path.file_name(), fs::read_dir(directory)) else {
        return;
    };
    for entry in entries.flatten() {
        if writer(&entry.file_name(), name).is_some_and(|process| !is_alive(process)) {
            let path = entry.path();
            let _ = match path.is_dir() {
                true => fs::remove_dir_all(path),
                false => fs::remove_file(path),
            };
        }
    }
}

/// Which process writes the file `name` under this other name.
fn writer(other: &OsStr, name: &OsStr) -> Option<u32> {
    let rest = other.to_str()?.strip_prefix(name.to_str()?)?;
    rest.strip_prefix('.')?.strip_suffix(NEW)?.parse().ok()
}

/// Whether a process may be alive; another one may have its number by now.
fn is_alive(process: u32) -> bool {
    if cfg!(target_os = "linux") {
        !Path::new("/proc/self").exists() || Path::new(&format!("/proc/{process}")).exists()
    } else if cfg!(unix) {
        let mut ps = std::process::Command::new("ps");
        let output = ps.args(["-p", &process.to_string()]).output();
        output.is_ok_and(|output| output.status.success())
    } else {
        true
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::{NEW, Step, write_if_changed, write_in_steps};
    use std::fs;
    use std::io::{BufRead, BufReader, Read};
    use std::path::{Path, PathBuf};
    use std::process::{Child, Command, Stdio};

    const FILE: &str = "BACTRIAN_TEST_WRITES";
    const STEP: &str = "BACTRIAN_TEST_STOPS";
    const STEPS: [Step; 3] = [Step::HalfWritten, Step::Written, Step::Renamed];

    struct Directory(PathBuf);

    impl Directory {
        fn new(test: &str) -> Directory {
            let name = format!("bactrian-{test}-{}", std::process::id());
            let directory = std::env::temp_dir().join(name);
            fs::create_dir_all(&directory).unwrap();
            Directory(directory)
        }

        /// The names of the files.
        fn names(&self) -> Vec<String> {
            let entries = fs::read_dir(&self.0).unwrap();
            let mut names: Vec<_> = entries
                .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                .collect();
            names.sort();
            names
        }
    }

    impl Drop for Directory {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    /// What is killed: it writes a file, and stops at a step for ever. Does nothing in a run of its own.
    #[test]
    fn writes_and_stops() {
        let (Some(file), Ok(stop)) = (std::env::var_os(FILE), std::env::var(STEP)) else {
            return;
        };
        let at = |step: Step| {
            if format!("{step:?}") == stop {
                println!("\nat {step:?}");
                let _ = std::io::stdin().read(&mut [0]);
            }
        };
        write_in_steps(Path::new(&file), b"new new new", at).unwrap();
    }

    /// A process that writes the file, and has stopped at this step.
    fn stopped_at(step: Step, file: &Path) -> Child {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "files::tests::writes_and_stops", "--nocapture"])
            .env(FILE, file)
            .env(STEP, format!("{step:?}"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let output = child.stdout.as_mut().unwrap();
        let mut lines = BufReader::new(output).lines();
        assert!(lines.any(|line| line.unwrap() == format!("at {step:?}")));
        child
    }

    fn kill(mut child: Child) {
        child.kill().unwrap();
        child.wait().unwrap();
    }

    /// What is killed at any moment leaves the old file or the new one, never a part; and what else it
    /// leaves, the next writer removes.
    #[test]
    fn a_kill_leaves_a_whole_file() {
        let directory = Directory::new("killed");
        let file = directory.0.join("file");
        for step in STEPS {
            write_if_changed(&file, b"old").unwrap();
            assert_eq!(directory.names(), ["file"]);
            kill(stopped_at(step, &file));
            let expected: &[u8] = match step {
                Step::HalfWritten | Step::Written => b"old",
                Step::Renamed => b"new new new",
            };
            assert_eq!(fs::read(&file).unwrap(), expected);
            let left = directory.names().len() - 1;
            assert_eq!(left, usize::from(step != Step::Renamed));
            // Also when there is nothing to write.
            assert!(!write_if_changed(&file, expected).unwrap());
            assert_eq!(directory.names(), ["file"]);
        }
    }

    /// What another process is writing is its own, and what has another name is somebody else's.
    #[test]
    fn what_others_write_stays() {
        let directory = Directory::new("others");
        let file = directory.0.join("file");
        let child = stopped_at(Step::HalfWritten, &file);
        let others = [
            format!("file.{}{NEW}", child.id()),
            "file.1".to_owned(),
            format!("file.x{NEW}"),
            format!("file2.4194304{NEW}"),
        ];
        for other in &others[1..] {
            fs::write(directory.0.join(other), "").unwrap();
        }
        assert!(write_if_changed(&file, b"mine").unwrap());
        let mut expected = [&others[..], &["file".to_owned()]].concat();
        expected.sort();
        assert_eq!(directory.names(), expected);
        kill(child);
        assert!(!write_if_changed(&file, b"mine").unwrap());
        expected.retain(|name| *name != others[0]);
        assert_eq!(directory.names(), expected);
    }
}
