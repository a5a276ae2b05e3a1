//! Files that are only written when that changes them.

use crate::Error;
use std::fs;
use std::path::Path;

/// Writes a file, unless it has this content: whoever looks at its time does nothing then. Says whether
/// it was written.
pub(crate) fn write_if_changed(path: &Path, content: &[u8]) -> Result<bool, Error> {
    if fs::read(path).is_ok_and(|old| old == content) {
        return Ok(false);
    }
    // A name of its own at first: no reader sees half a file, and a file that is read-only or linked
    // to another name, as in dune's directories, is replaced.
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}", std::process::id()));
    let new = path.with_file_name(name);
    let written = fs::write(&new, content).and_then(|()| fs::rename(&new, path));
    written.map_err(|error| {
        let _ = fs::remove_file(&new);
        Error::new(format!("cannot write {}: {error}", path.display()))
    })?;
    Ok(true)
}

#[cfg(all(test, unix))]
mod tests {
    use super::write_if_changed;
    use std::path::Path;
    use std::process::{Command, Stdio};
    use std::time::Duration;

    const FILE: &str = "BACTRIAN_TEST_WRITES_FOR_EVER";
    const SIZE: usize = 8 << 20;

    /// What is killed at any moment leaves the old file or the new one, never a part.
    #[test]
    fn a_kill_leaves_a_whole_file() {
        // This very test is what is killed.
        if let Some(file) = std::env::var_os(FILE) {
            let contents = [vec![b'a'; SIZE], vec![b'b'; SIZE]];
            loop {
                for content in &contents {
                    write_if_changed(Path::new(&file), content).unwrap();
                }
            }
        }
        let name = format!("bactrian-killed-{}", std::process::id());
        let directory = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&directory).unwrap();
        let file = directory.join("file");
        let mut half_written = 0;
        for round in 0..30 {
            let mut child = Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "files::tests::a_kill_leaves_a_whole_file"])
                .env(FILE, &file)
                .stdout(Stdio::null())
                .spawn()
                .unwrap();
            while !file.exists() {
                std::thread::sleep(Duration::from_millis(1));
            }
            std::thread::sleep(Duration::from_millis(10 + round));
            child.kill().unwrap();
            child.wait().unwrap();
            let content = std::fs::read(&file).unwrap();
            assert_eq!(content.len(), SIZE, "round {round}");
            assert!(content.iter().all(|&byte| byte == content[0]));
            for entry in std::fs::read_dir(&directory).unwrap() {
                half_written += usize::from(entry.unwrap().path() != file);
            }
        }
        std::fs::remove_dir_all(&directory).unwrap();
        assert!(half_written > 0, "never killed while it wrote");
    }
}
