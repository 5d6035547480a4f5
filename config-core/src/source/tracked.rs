//! Whether git tracks a file: whoever has the repository has what stands in it.

use std::{
    cell::RefCell,
    fs,
    path::{Component, Path, PathBuf},
};

/// What is known of the files of one load: an index is read once for a file, not for each secret in it.
#[derive(Default)]
pub(crate) struct Tracked(RefCell<Vec<(PathBuf, bool)>>);

impl Tracked {
    /// Whether git tracks the file.
    pub(crate) fn holds(&self, file: &Path) -> bool {
        let mut known = self.0.borrow_mut();
        if let Some((_, is_tracked)) = known.iter().find(|(path, _)| path == file) {
            return *is_tracked;
        }
        let is_tracked = is_tracked(file);
        known.push((file.to_owned(), is_tracked));
        is_tracked
    }
}

/// Whether the index of the repository around `file` lists it.
///
/// Reads the index itself (gitformat-index(5), versions 2 to 4): no program is started, and where there
/// is no repository, as in a deployment, two or three looks at the file system are all it costs.
fn is_tracked(file: &Path) -> bool {
    let Ok(file) = fs::canonicalize(file) else { return false };
    let Some((root, index)) = repository(&file) else { return false };
    let Ok(index) = fs::read(index) else { return false };
    let Some(relative) = file.strip_prefix(&root).ok().and_then(slashed) else { return false };
    lists(&index, relative.as_bytes()).unwrap_or(false)
}

/// The work tree that the file is in, and the index of its repository.
fn repository(file: &Path) -> Option<(PathBuf, PathBuf)> {
    file.ancestors().skip(1).find_map(|folder| {
        let git = folder.join(".git");
        let metadata = fs::metadata(&git).ok()?;
        if metadata.is_dir() {
            return Some((folder.to_owned(), git.join("index")));
        }
        // A work tree of its own, or a submodule, names its repository in a file.
        let text = fs::read_to_string(&git).ok()?;
        let path = text.strip_prefix("gitdir:")?.trim();
        Some((folder.to_owned(), folder.join(path).join("index")))
    })
}

/// The path with `/` between its components, as the index has it.
fn slashed(path: &Path) -> Option<String> {
    let components = path.components().map(|component| match component {
        Component::Normal(name) => name.to_str(),
        _ => None,
    });
    Some(components.collect::<Option<Vec<_>>>()?.join("/"))
}

/// Whether an index lists the path; `None` where it is no index that is understood.
fn lists(index: &[u8], wanted: &[u8]) -> Option<bool> {
    /// What stands before the flags of an entry: times, device, inode, mode, owner, size, and the name
    /// of the object, which has 20 bytes.
    const FIXED: usize = 60;
    const EXTENDED: u16 = 0x4000;
    let number = |at: usize| Some(u32::from_be_bytes(index.get(at..at + 4)?.try_into().ok()?));
    if index.get(..4)? != b"DIRC" {
        return None;
    }
    let version = number(4)?;
    let count = number(8)?;
    let mut at = 12;
    let mut name: Vec<u8> = Vec::new();
    for _ in 0..count {
        let start = at;
        let flags = u16::from_be_bytes(index.get(at + FIXED..at + FIXED + 2)?.try_into().ok()?);
        at += FIXED + 2 + if flags & EXTENDED != 0 { 2 } else { 0 };
        if version == 4 {
            let (cut, behind) = offset(index, at)?;
            name.truncate(name.len().checked_sub(cut)?);
            at = behind;
        } else {
            name.clear();
        }
        let rest = index.get(at..)?;
        let length = rest.iter().position(|byte| *byte == 0)?;
        name.extend(&rest[..length]);
        at += length + 1;
        if version < 4 {
            // Padded with zeros to a multiple of eight bytes.
            at = start + (at - start).div_ceil(8) * 8;
        }
        if name == wanted {
            return Some(true);
        }
    }
    Some(false)
}

/// A number of variable length, as the fourth version of the index has it.
fn offset(index: &[u8], mut at: usize) -> Option<(usize, usize)> {
    let mut value = 0usize;
    loop {
        let byte = *index.get(at)?;
        at += 1;
        value = value.checked_mul(128)?.checked_add(usize::from(byte & 127))?;
        if byte & 128 == 0 {
            return Some((value, at));
        }
        value += 1;
    }
}
