//! A service and its timer. Missed runs are made up for when the machine is back.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use jiff::civil::Weekday;

use super::{File, Request, When, quote};
use crate::config::deliver::Way;

/// What the service may not do, because nothing of it is needed.
const HARDENING: &str = "\
NoNewPrivileges=yes
CapabilityBoundingSet=
ProtectSystem=strict
ProtectHome=read-only
PrivateDevices=yes
ProtectClock=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectControlGroups=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
MemoryDenyWriteExecute=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
";

pub(super) fn files(request: &Request<'_>) -> Vec<File> {
    let name = request.name();
    vec![
        File { name: format!("{name}.service"), text: service(request) },
        File { name: format!("{name}.timer"), text: timer(request) },
    ]
}

fn service(request: &Request<'_>) -> String {
    let mut text = String::new();
    let name = request.name();
    let title = request.title();
    let _ = write!(
        text,
        "# /etc/systemd/system/{name}.service\n\
         # Try it by hand with `systemctl start {name}`; what it says stands in `journalctl -u {name}`.\n\
         [Unit]\nDescription={title}\nWants=network-online.target\nAfter=network-online.target\n\n\
         [Service]\nType=oneshot\n\
         # Give it a user who may read the evidence and write beside the configuration.\n#User=cutover\n"
    );
    let words = [quote::unit_word(&request.binary), request.words().to_owned()].join(" ");
    let config = quote::unit_word(&request.config.display().to_string());
    let status = quote::unit_word(&request.status_file());
    let _ = writeln!(text, "ExecStart={words} --config {config} --status-file {status}");
    let _ = writeln!(text, "WorkingDirectory={}", quote::unit_path(&request.folder()));
    let _ = write!(
        text,
        "# One NAME=value a line, readable by root only: {}\nEnvironmentFile=-/etc/cutover/cutover.env\n\
         # GO, NO-GO and NOT YET are answers; 6 (not delivered) and the others are failures.\n\
         SuccessExitStatus=10 11\nTimeoutStartSec=1h\n",
        request.variables().join(", ")
    );
    text.push_str(HARDENING);
    let folders: Vec<String> = writable(request).iter().map(|p| format!("-{}", p.display())).collect();
    let folders: Vec<String> = folders.iter().map(|p| quote::unit_path_word(p)).collect();
    let _ = writeln!(text, "ReadWritePaths={}", folders.join(" "));
    text
}

fn timer(request: &Request<'_>) -> String {
    let name = request.name();
    let day = match request.when {
        When::Weekly(day) => format!("{} ", short(day)),
        When::Daily => String::new(),
    };
    let (hour, minute) = (request.at.hour(), request.at.minute());
    let zone = &request.plan.project.zone_name;
    format!(
        "# /etc/systemd/system/{name}.timer\n# Start it with `systemctl daemon-reload && systemctl enable --now {name}.timer`.\n\
         [Unit]\nDescription={} (timer)\n\n[Timer]\nOnCalendar={day}*-*-* {hour:02}:{minute:02}:00 {zone}\n\
         # A run that was missed while the machine was off is made up for.\nPersistent=true\n\
         RandomizedDelaySec=120\n\n[Install]\nWantedBy=timers.target\n",
        request.title()
    )
}

/// Folders that a run writes to; one inside another is left out.
fn writable(request: &Request<'_>) -> Vec<PathBuf> {
    let plan = request.plan;
    let mut all: BTreeSet<PathBuf> = BTreeSet::from([PathBuf::from(request.folder())]);
    let folders = plan.deliver.iter().filter_map(|t| match &t.way {
        Way::Folder(path) => Some(path.as_path()),
        Way::Smtp(_) | Way::Slack(_) | Way::Teams(_) | Way::Webhook(_) => None,
    });
    for path in folders.chain([plan.evidence_dir.as_path(), plan.output_dir.as_path()]) {
        all.insert(PathBuf::from(request.place(path)));
    }
    let inside = |path: &Path| all.iter().any(|other| other != path && path.starts_with(other));
    all.iter().filter(|path| !inside(path)).cloned().collect()
}

pub(super) fn short(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "Mon",
        Weekday::Tuesday => "Tue",
        Weekday::Wednesday => "Wed",
        Weekday::Thursday => "Thu",
        Weekday::Friday => "Fri",
        Weekday::Saturday => "Sat",
        Weekday::Sunday => "Sun",
    }
}
