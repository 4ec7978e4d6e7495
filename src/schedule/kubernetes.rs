//! A CronJob of Kubernetes.

use super::{File, Request, quote};

/// Where the volume with configuration, evidence and reports is seen.
const DATA: &str = "/data";

pub(super) fn file(request: &Request<'_>) -> File {
    let name = request.name();
    let inside = |path: &str| if path.starts_with('/') { path.to_owned() } else { format!("{DATA}/{path}") };
    let script = format!(
        "code=0; \"$0\" {words} --config \"$1\" --status-file \"$2\" || code=$?; \
         case \"$code\" in 0|10|11) exit 0 ;; *) exit \"$code\" ;; esac",
        words = request.words()
    );
    let words =
        [script, request.binary.clone(), inside(&request.config.display().to_string()), inside(&request.status_file())];
    // Kubernetes reads $(NAME) in arguments.
    let words: Vec<String> = words.iter().map(|w| quote::yaml(&w.replace("$(", "$$("))).collect();
    let text = format!(
        "# {title}. Start it with `kubectl apply -f {name}.yaml`.\n\
         # The image holds cutover and a shell. The claim `cutover` holds the configuration, the sources, the evidence\n\
         # with the record of what was delivered, and the reports; the secret `cutover` has the keys {variables}.\n\
         apiVersion: batch/v1\nkind: CronJob\nmetadata:\n  name: {name}\n  labels:\n    app.kubernetes.io/name: cutover\n\
         spec:\n  schedule: {fields}\n  timeZone: {zone}\n  # Two runs at once would send twice.\n  concurrencyPolicy: Forbid\n\
         \x20 # A run that was missed is made up for within a day.\n  startingDeadlineSeconds: 86400\n\
         \x20 successfulJobsHistoryLimit: 3\n  failedJobsHistoryLimit: 5\n\
         \x20 jobTemplate:\n    spec:\n      # The program itself tries again; a second pod would only repeat the failure.\n\
         \x20     backoffLimit: 0\n      activeDeadlineSeconds: 3600\n      template:\n        metadata:\n          labels:\n            app.kubernetes.io/name: cutover\n\
         \x20       spec:\n          restartPolicy: Never\n          automountServiceAccountToken: false\n\
         \x20         securityContext:\n            runAsNonRoot: true\n            runAsUser: 65532\n            runAsGroup: 65532\n            fsGroup: 65532\n\
         \x20           seccompProfile:\n              type: RuntimeDefault\n\
         \x20         containers:\n          - name: cutover\n            image: {image}\n            workingDir: {DATA}\n\
         \x20           # GO, NO-GO and NOT YET are answers; 6 (not delivered) and the others are failures.\n\
         \x20           command: [\"/bin/sh\", \"-c\"]\n            args:\n{args}\
         \x20           envFrom:\n            - secretRef:\n                name: cutover\n                optional: true\n\
         \x20           securityContext:\n              allowPrivilegeEscalation: false\n              readOnlyRootFilesystem: true\n              capabilities:\n                drop: [\"ALL\"]\n\
         \x20           resources:\n              requests:\n                cpu: 500m\n                memory: 1Gi\n              limits:\n                memory: 4Gi\n\
         \x20           volumeMounts:\n            - name: data\n              mountPath: {DATA}\n            - name: tmp\n              mountPath: /tmp\n\
         \x20         volumes:\n          - name: data\n            persistentVolumeClaim:\n              claimName: cutover\n          - name: tmp\n            emptyDir: {{}}\n",
        title = request.title(),
        variables = request.variables().join(", "),
        fields = quote::yaml(&request.cron_fields()),
        zone = quote::yaml(&request.plan.project.zone_name),
        image = quote::yaml(&request.image),
        args = words.iter().map(|w| format!("            - {w}\n")).collect::<String>(),
    );
    File { name: format!("{name}.yaml"), text }
}
