//! A pipeline of Azure DevOps.

use std::fmt::Write;

use super::{File, Request, quote, utc};

pub(super) fn file(request: &Request<'_>) -> File {
    let (cron, remark) = utc::cron(request);
    let name = request.name();
    let mut text = format!(
        "# {name}.azure-pipelines.yml\n# {remark}\n\
         # Secrets are secret variables of this pipeline, by the names below; add CUTOVER_KEY where you set one.\n\
         trigger: none\npr: none\n\n\
         schedules:\n- cron: {cron}\n  displayName: {title}\n  branches:\n    include:\n    - main\n  always: \"true\"\n\n\
         # Two runs at once would send twice: this holds where a resource of the pipeline has an exclusive lock check.\n\
         lockBehavior: sequential\n\n\
         pool:\n  vmImage: ubuntu-latest\n\n\
         jobs:\n- job: cutover\n  timeoutInMinutes: \"60\"\n  steps:\n  - checkout: self\n",
        title = quote::yaml(&request.title()),
        cron = quote::yaml(&cron),
    );
    let _ = write!(
        text,
        "  # The evidence holds the record of what was delivered; on an agent of your own, keep the folder instead.\n\
         \x20 - task: Cache@2\n    displayName: Evidence of earlier runs\n    inputs:\n\
         \x20     key: 'cutover | \"$(Build.BuildId)\"'\n      restoreKeys: cutover\n      path: {evidence}\n",
        evidence = quote::yaml(&request.place(&request.plan.evidence_dir)),
    );
    let _ = write!(
        text,
        "  - script: |\n\
         \x20     command -v \"$CUTOVER\" || {{ echo \"##vso[task.logissue type=error]put cutover on this agent first\"; exit 1; }}\n\
         \x20     code=0\n\
         \x20     \"$CUTOVER\" {words} --config \"$CUTOVER_CONFIG\" --status-file \"$CUTOVER_STATUS\" || code=$?\n\
         \x20     case \"$code\" in\n\
         \x20       # GO, NO-GO and NOT YET are answers.\n\
         \x20       0|10|11) ;;\n\
         \x20       # Not delivered: a failed job would save no cache, and what did arrive would be sent again.\n\
         \x20       6) echo \"##vso[task.logissue type=error]not everything was delivered\"\n\
         \x20          echo \"##vso[task.complete result=SucceededWithIssues;]\" ;;\n\
         \x20       *) exit \"$code\" ;;\n\
         \x20     esac\n\
         \x20   displayName: Run cutover\n    env:\n{env}      CUTOVER: {binary}\n      CUTOVER_CONFIG: {config}\n      CUTOVER_STATUS: {status}\n",
        words = request.words(),
        env = request
            .variables()
            .iter()
            .filter(|n| *n != "CUTOVER_KEY")
            .map(|n| format!("      {n}: $({n})\n"))
            .collect::<String>(),
        binary = quote::yaml(&request.binary),
        config = quote::yaml(&request.config.display().to_string()),
        status = quote::yaml(&request.status_file()),
    );
    let _ = write!(
        text,
        "  - publish: {reports}\n    artifact: {name}\n    condition: always()\n",
        reports = quote::yaml(&request.place(&request.plan.output_dir)),
    );
    File { name: format!("{name}.azure-pipelines.yml"), text }
}
