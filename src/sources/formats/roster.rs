//! The roster (`tester,user_id,email,device,os_version,platform,build`) in, rows of `testers` out.

use super::csv_rows::{Wanted, read};
use super::{Context, Parsed};
use crate::tables::table::Cell;

pub(super) const COLUMNS: &[Wanted] = &[
    Wanted { name: "tester", spellings: &["tester", "code", "id"], required: true },
    Wanted { name: "user", spellings: &["user_id", "user", "userid"], required: false },
    Wanted { name: "email", spellings: &["email", "e-mail", "mail"], required: false },
    Wanted { name: "device", spellings: &["device", "model"], required: false },
    Wanted { name: "os_version", spellings: &["os_version", "os", "os version"], required: false },
    Wanted { name: "platform", spellings: &["platform"], required: true },
    Wanted { name: "build", spellings: &["build"], required: false },
];

/// Reads a roster. Staff sign with the part of their e-mail address before the @, so that is kept as the handle.
pub fn parse(text: &str, context: &Context<'_>, parsed: &mut Parsed) {
    for row in read(text, COLUMNS, parsed) {
        let (Some(tester), Some(platform)) = (row.get("tester"), row.get("platform")) else {
            parsed.lose(row.line, "a row of the roster without a tester or a platform", "");
            continue;
        };
        let handle = row.get("email").and_then(|e| e.split('@').next());
        let cells = [
            ("tester", Cell::from(tester)),
            ("user_key", Cell::from(row.get("user"))),
            ("handle", Cell::from(handle)),
            ("email_key", Cell::from(row.get("email").map(str::to_lowercase))),
            ("device", Cell::from(row.get("device"))),
            ("os_version", Cell::from(row.get("os_version"))),
            ("platform", Cell::from(platform.to_ascii_lowercase())),
            ("build", Cell::from(row.get("build"))),
        ];
        parsed.keep(context, row.line, &cells);
    }
}
