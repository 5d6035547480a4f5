//! The report as data for machines.

use serde_core::ser::{Serialize, SerializeStruct, Serializer};

use super::{Problem, Report};

impl Serialize for Report {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut report = serializer.serialize_struct("Report", 4)?;
        report.serialize_field("app", self.app())?;
        report.serialize_field("profile", &self.profile())?;
        report.serialize_field("problems", self.problems())?;
        report.serialize_field("warnings", self.warnings())?;
        report.end()
    }
}

impl Serialize for Problem {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut problem = serializer.serialize_struct("Problem", 8)?;
        problem.serialize_field("code", self.code().as_str())?;
        problem.serialize_field("subject", self.subject())?;
        problem.serialize_field("path", &self.path())?;
        problem.serialize_field("message", self.message())?;
        problem.serialize_field("origin", &self.origin().map(ToString::to_string))?;
        problem.serialize_field("notes", self.notes())?;
        problem.serialize_field("secret", &self.key().is_some_and(|key| key.is_secret))?;
        problem.serialize_field("owner", &self.key().and_then(|key| key.owner()))?;
        problem.end()
    }
}
