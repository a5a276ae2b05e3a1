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
