//! Findings as SARIF 2.1.0, which code scanning reads.
//!
//! Source: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>

use std::{collections::BTreeSet, path::Path};

use serde_json::{Value, json};

use crate::finding::{Finding, Findings, Severity};

/// The log with one run.
pub(super) fn log(findings: &Findings) -> Value {
    let codes: BTreeSet<&str> = findings.findings.iter().map(|finding| finding.code).collect();
    let rules: Vec<Value> = codes.iter().map(|code| json!({ "id": code })).collect();
    let results: Vec<Value> = findings.findings.iter().map(result).collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "confident",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            }},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn result(finding: &Finding) -> Value {
    let level = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    let lines = std::iter::once(format!("{} {}", finding.subject, finding.message));
    let text: Vec<String> = lines.chain(finding.notes.iter().cloned()).collect();
    let mut result = json!({
        "ruleId": finding.code,
        "level": level,
        "message": { "text": text.join("\n") },
        "properties": { "key": finding.key, "owner": finding.owner },
    });
    if let Some(place) = &finding.place {
        result["locations"] = json!([{ "physicalLocation": {
            "artifactLocation": { "uri": uri(&place.file) },
            "region": { "startLine": place.line, "startColumn": place.column },
        }}]);
    }
    result
}

/// A path as a relative reference, or as a URI where it is absolute.
fn uri(file: &Path) -> String {
    let path = file.to_string_lossy().replace('\\', "/");
    let mut uri = String::with_capacity(path.len());
    if path.starts_with('/') {
        uri.push_str("file://");
    }
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
    uri
}
