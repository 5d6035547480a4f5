//! The file of shared credentials: sections of names and values.

/// What one section of the file says.
#[derive(Default)]
pub(crate) struct Profile<'a> {
    pub(crate) key_id: Option<&'a str>,
    pub(crate) secret: Option<&'a str>,
    pub(crate) token: Option<&'a str>,
}

/// The section of this name; `None` where there is none. Where a name is there twice, the last one counts, and so for
/// sections: the tools of AWS put those of one name together.
///
/// What else may stand in such a file is not looked at: comments, other sections, the settings of one service, which are
/// indented.
pub(crate) fn section<'a>(file: &'a str, wanted: &str) -> Option<Profile<'a>> {
    let mut found: Option<Profile<'a>> = None;
    let mut is_in = false;
    for line in file.trim_start_matches('\u{feff}').lines() {
        let is_indented = line.starts_with([' ', '\t']);
        let line = line.trim();
        if line.is_empty() || line.starts_with(['#', ';']) {
            continue;
        }
        if !is_indented && let Some(rest) = line.strip_prefix('[') {
            let name = rest.split(']').next().unwrap_or_default();
            is_in = name.trim() == wanted;
            if is_in {
                found.get_or_insert_default();
            }
            continue;
        }
        if let (true, false, Some(profile)) = (is_in, is_indented, &mut found)
            && let Some((name, value)) = line.split_once('=')
        {
            let value = Some(value.trim()).filter(|value| !value.is_empty());
            match name.trim().to_ascii_lowercase().as_str() {
                "aws_access_key_id" => profile.key_id = value,
                "aws_secret_access_key" => profile.secret = value,
                "aws_session_token" => profile.token = value,
                _ => {}
            }
        }
    }
    found
}
