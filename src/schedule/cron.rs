//! A line of a crontab.

use super::{File, Request, quote};

pub(super) fn file(request: &Request<'_>) -> File {
    let zone = &request.plan.project.zone_name;
    let command = format!(
        "cd {} && {{ [ ! -r /etc/cutover/cutover.env ] || {{ set -a; . /etc/cutover/cutover.env; set +a; }}; }} && \
         {} {} --config {} --status-file {}",
        quote::shell(&request.folder()),
        quote::shell(&request.binary),
        request.words(),
        quote::shell(&request.config.display().to_string()),
        quote::shell(&request.status_file()),
    );
    // Cron takes a bare percent sign for the end of the line.
    let command = command.replace('%', "\\%");
    let text = format!(
        "# {title}. Put these lines into `crontab -e`.\n\
         # CRON_TZ is known to cronie (Fedora, RHEL, SUSE, Arch); Debian's cron does not know it and starts the run at\n\
         # this time in the machine's own zone. Cron makes up for no missed run; the next one catches up.\n\
         # /etc/cutover/cutover.env has NAME=value lines: {variables}\n\
         CRON_TZ={zone}\n{fields} {command}\n",
        title = request.title(),
        variables = request.variables().join(", "),
        fields = request.cron_fields(),
    );
    File { name: format!("{}.crontab", request.name()), text }
}
