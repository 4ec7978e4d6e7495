//! A workflow of GitHub Actions.

use std::fmt::Write;

use super::{File, Request, quote, utc};

pub(super) fn file(request: &Request<'_>) -> File {
    let (cron, remark) = utc::cron(request);
    let name = request.name();
    let mut text = format!(
        "# .github/workflows/{name}.yml\n\
         # {remark}\n\
         # GitHub starts scheduled runs late when it is busy, now and then not at all, and stops them after 60 days\n\
         # without a commit; watch the status file from elsewhere.\n\
         name: {title}\n\
         on:\n  schedule:\n    - cron: {cron}\n  workflow_dispatch:\n\n\
         permissions:\n  contents: read\n\n\
         # Two runs at once would send twice.\n\
         concurrency:\n  group: cutover\n  cancel-in-progress: false\n\n\
         jobs:\n  cutover:\n    runs-on: ubuntu-latest\n    timeout-minutes: 60\n    steps:\n",
        title = quote::yaml(&request.title()),
        cron = quote::yaml(&cron),
    );
    let _ = write!(
        text,
        "      # Versions are tags here; replace them by the full commit hashes that you have reviewed.\n\
         \x20     - uses: actions/checkout@v4\n        with:\n          persist-credentials: false\n\
         \x20     # The evidence holds the record of what was delivered. GitHub drops a cache that nobody asked for in\n\
         \x20     # seven days: on a runner of your own, keep the folder instead.\n\
         \x20     - uses: actions/cache/restore@v4\n        with:\n          path: {evidence}\n\
         \x20         key: cutover-${{{{ github.run_id }}}}-${{{{ github.run_attempt }}}}\n          restore-keys: cutover-\n",
        evidence = quote::yaml(&request.place(&request.plan.evidence_dir)),
    );
    let _ = write!(
        text,
        "      - name: Run cutover\n        env:\n{env}          CUTOVER: {binary}\n          CUTOVER_CONFIG: {config}\n\
         \x20         CUTOVER_STATUS: {status}\n\
         \x20       run: |\n\
         \x20         command -v \"$CUTOVER\" || {{ echo \"::error::put cutover on this runner first\"; exit 1; }}\n\
         \x20         code=0\n\
         \x20         \"$CUTOVER\" {words} --config \"$CUTOVER_CONFIG\" --status-file \"$CUTOVER_STATUS\" || code=$?\n\
         \x20         # GO, NO-GO and NOT YET are answers; 6 (not delivered) and the others are failures.\n\
         \x20         case \"$code\" in 0|10|11) ;; *) exit \"$code\" ;; esac\n",
        env = variables(request),
        binary = quote::yaml(&request.binary),
        config = quote::yaml(&request.config.display().to_string()),
        status = quote::yaml(&request.status_file()),
        words = request.words(),
    );
    let _ = write!(
        text,
        "      # Also after a failure: what was delivered must not be sent again.\n\
         \x20     - if: always()\n        uses: actions/cache/save@v4\n        with:\n          path: {evidence}\n\
         \x20         key: cutover-${{{{ github.run_id }}}}-${{{{ github.run_attempt }}}}\n\
         \x20     - if: always()\n        uses: actions/upload-artifact@v4\n        with:\n          name: {name}\n\
         \x20         path: |\n            {reports}\n            {status}\n          if-no-files-found: warn\n",
        evidence = quote::yaml(&request.place(&request.plan.evidence_dir)),
        reports = request.place(&request.plan.output_dir),
        status = request.status_file(),
    );
    File { name: format!("{name}.yml"), text }
}

fn variables(request: &Request<'_>) -> String {
    let line = |name: &String| format!("          {name}: ${{{{ secrets.{name} }}}}\n");
    request.variables().iter().map(line).collect()
}
