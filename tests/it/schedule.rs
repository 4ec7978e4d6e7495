//! The files that `schedule` prints, held against the target's own linter where there is one.

use std::io::Write;
use std::path::Path;
use std::process::Command;

use serde_yaml::Value;

use crate::support::{SMALL, Scratch, small};

/// A beta whose people live in a zone with clock changes, and whose secrets are in the environment.
fn beta() -> Scratch {
    let scratch = small("");
    let config = SMALL.replace("name = \"Small\"", "name = \"Small\"\ndisplay-zone = \"America/New_York\"");
    let source = "[[source]]\nname = \"metrics\"\ntable = \"metrics\"\nkind = \"prometheus\"\nurl = \"https://m.example\"\ntoken = { env = \"METRICS_TOKEN\" }\n";
    let target = "[[deliver]]\nname = \"chat\"\nkind = \"slack\"\nurl = { env = \"SLACK_URL\" }\n";
    scratch.write("cutover.toml", format!("{config}\n{source}\n{target}"));
    scratch
}

fn printed(args: &[&str]) -> String {
    let scratch = beta();
    let args: Vec<&str> = ["schedule"].into_iter().chain(args.iter().copied()).collect();
    scratch.run(&args).ends(0).out()
}

#[test]
fn every_platform_is_told_of_the_secrets_of_sources_and_targets() {
    for platform in ["systemd", "cron", "github", "azure", "kubernetes"] {
        let said = printed(&[platform]);
        for name in ["CUTOVER_KEY", "METRICS_TOKEN", "SLACK_URL"] {
            assert!(said.contains(name), "{platform}: {name}\n{said}");
        }
    }
}

fn yaml(text: &str) -> Value {
    serde_yaml::from_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// Runs a linter; says aloud where it is not installed. CI must have it.
fn lints(program: &str, args: &[&str], folder: &Path) -> bool {
    match Command::new(program).args(args).current_dir(folder).output() {
        Ok(output) => {
            let said = [output.stdout, output.stderr].concat();
            assert!(output.status.success(), "{program} {args:?}: {}", String::from_utf8_lossy(&said));
            true
        }
        Err(_) if std::env::var_os("CI").is_some() => panic!("CI needs {program}"),
        Err(_) => {
            let _ =
                writeln!(std::io::stderr(), "SKIPPED: {program} is not installed, so its verdict was not asked for");
            false
        }
    }
}

#[test]
fn systemd_takes_the_units_as_they_are() {
    for daily in [false, true] {
        let scratch = beta();
        let binary = assert_cmd::cargo::cargo_bin("cutover");
        let binary = binary.to_str().expect("a path");
        let mut args = vec!["schedule", "systemd", "--binary", binary, "--out", "units", "--at", "06:30"];
        if daily {
            args.push("--daily");
        }
        scratch.run(&args).ends(0);
        let name = if daily { "cutover-daily" } else { "cutover-weekly" };
        let (service, timer) = (format!("{name}.service"), format!("{name}.timer"));
        let text = scratch.text(&format!("units/{service}"));
        for line in ["NoNewPrivileges=yes", "SuccessExitStatus=10 11", "EnvironmentFile=-/etc/cutover/cutover.env"] {
            assert!(text.contains(line), "{text}");
        }
        assert!(text.contains("SLACK_URL") && text.contains(if daily { " signoff --as-of now " } else { " weekly " }));
        let text = scratch.text(&format!("units/{timer}"));
        let calendar = if daily { "*-*-* 06:30:00 America/New_York" } else { "Mon *-*-* 06:30:00 America/New_York" };
        assert!(text.contains(&format!("OnCalendar={calendar}\n")) && text.contains("Persistent=true"), "{text}");
        let units = scratch.path().join("units");
        lints("systemd-analyze", &["verify", "--man=no", &format!("./{service}"), &format!("./{timer}")], &units);
        lints("systemd-analyze", &["calendar", calendar], &units);
    }
}

#[test]
fn a_path_with_signs_that_mean_something_stays_a_path() {
    let scratch = beta();
    let folder = "100% o'clock $HOME";
    scratch.write(&format!("{folder}/cutover.toml"), scratch.read("cutover.toml"));
    scratch.write(&format!("{folder}/RUNBOOK.md"), scratch.read("RUNBOOK.md"));
    let config = format!("{folder}/cutover.toml");
    let binary = assert_cmd::cargo::cargo_bin("cutover");
    let binary = binary.to_str().expect("a path");
    let at = |platform: &str| {
        scratch.run(&["schedule", platform, "--config", &config, "--binary", binary, "--out", "out"]).ends(0)
    };
    at("systemd");
    lints("systemd-analyze", &["verify", "--man=no", "./cutover-weekly.service"], &scratch.path().join("out"));
    let service = scratch.text("out/cutover-weekly.service");
    assert!(service.contains("100%% o'clock $$HOME/cutover.toml\""), "{service}");
    at("cron");
    let crontab = scratch.text("out/cutover-weekly.crontab");
    assert!(crontab.contains("100\\% o'\\''clock $HOME/cutover.toml'"), "{crontab}");
    for platform in ["github", "azure", "kubernetes"] {
        at(platform);
    }
    let workflow = yaml(&scratch.text("out/cutover-weekly.yml"));
    let step = workflow["jobs"]["cutover"]["steps"][2].clone();
    assert_eq!(step["env"]["CUTOVER_CONFIG"], Value::from(config.as_str()));
    // An expression of the platform in a path is refused, not passed on.
    scratch.write("${{ x }}/cutover.toml", scratch.read("cutover.toml"));
    scratch.write("${{ x }}/RUNBOOK.md", scratch.read("RUNBOOK.md"));
    let refused = scratch.run(&["schedule", "github", "--config", "${{ x }}/cutover.toml"]).ends(2);
    assert!(refused.err().contains("expression"), "{}", refused.err());
}

/// The five fields of a line of cron as numbers, each within its range.
fn fields(line: &str) -> (u8, u8, Option<u8>) {
    let fields: Vec<&str> = line.split_whitespace().take(5).collect();
    let [minute, hour, day, month, weekday] = fields.as_slice() else { panic!("no five fields: {line}") };
    assert_eq!((*day, *month), ("*", "*"));
    let number = |field: &str, most: u8| field.parse::<u8>().ok().filter(|n| *n <= most);
    let weekday = (*weekday != "*").then(|| number(weekday, 6).expect("a day of the week"));
    (number(minute, 59).expect("a minute"), number(hour, 23).expect("an hour"), weekday)
}

#[test]
fn a_crontab_has_five_fields_and_a_command_that_a_shell_reads() {
    let text = printed(&["cron", "--at", "06:30", "--weekday", "sun"]);
    let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
    assert_eq!(lines[0], "CRON_TZ=America/New_York");
    assert_eq!((lines.len(), fields(lines[1])), (2, (30, 6, Some(0))));
    let command: Vec<&str> = lines[1].splitn(6, ' ').collect();
    let folder = Scratch::empty();
    lints("sh", &["-n", "-c", command[5]], folder.path());
    assert!(command[5].contains("/usr/local/bin/cutover weekly --quiet --config /"), "{text}");
    // Across the end of summer time: 06:30 in New York each Sunday.
    let expected = ["2026-10-25T10:30:00+00:00", "2026-11-01T11:30:00+00:00", "2026-11-08T11:30:00+00:00"];
    if let Some(starts) = starts(&command[..5].join(" "), "America/New_York") {
        assert_eq!(starts, expected);
    }
}

/// The next three starts after 24 October 2026 by a parser of cron's own language (Python's croniter), in UTC.
fn starts(fields: &str, zone: &str) -> Option<Vec<String>> {
    let script = "import sys, zoneinfo, datetime, croniter\n\
                  zone = zoneinfo.ZoneInfo(sys.argv[2])\n\
                  base = datetime.datetime(2026, 10, 24, tzinfo=zone)\n\
                  fields = croniter.croniter(sys.argv[1], base)\n\
                  for _ in range(3):\n\
                  \x20   print(fields.get_next(datetime.datetime).astimezone(datetime.timezone.utc).isoformat())";
    let python = |args: &[&str]| Command::new("python3").args(args).output();
    if !python(&["-c", "import croniter"]).is_ok_and(|o| o.status.success()) {
        assert!(std::env::var_os("CI").is_none(), "CI needs croniter (Python)");
        let _ =
            writeln!(std::io::stderr(), "SKIPPED: croniter (Python) is not installed, so no cron line was read by it");
        return None;
    }
    let output = python(&["-c", script, fields, zone]).expect("python3");
    assert!(output.status.success(), "{fields}: {}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect())
}

#[test]
fn utc_schedules_never_start_before_the_wanted_time_and_say_what_clock_changes_do() {
    let text = printed(&["github", "--at", "22:15", "--weekday", "Sun"]);
    let workflow = yaml(&text);
    let cron = workflow["on"]["schedule"][0]["cron"].as_str().expect("a schedule");
    // 22:15 on Sunday in New York is 03:15 on Monday in UTC while clocks are back, and 23:15 while they are forward.
    assert_eq!(fields(cron), (15, 3, Some(1)));
    assert!(text.contains("22:15 in America/New_York while clocks are back, and 23:15"), "{text}");
    if let Some(starts) = starts(cron, "UTC") {
        assert_eq!(starts[0], "2026-10-26T03:15:00+00:00");
    }
    let azure = printed(&["azure", "--daily"]);
    assert_eq!(fields(yaml(&azure)["schedules"][0]["cron"].as_str().expect("a schedule")), (0, 12, None));
}

#[test]
fn a_github_workflow_is_one_by_its_schema_and_holds_no_secret() {
    for daily in [&[][..], &["--daily"][..]] {
        let text = printed(&[&["github"][..], daily].concat());
        let workflow = yaml(&text);
        assert_eq!(workflow["permissions"]["contents"], Value::from("read"));
        assert_eq!(workflow["concurrency"]["group"], Value::from("cutover"));
        let steps = workflow["jobs"]["cutover"]["steps"].as_sequence().expect("steps");
        assert_eq!(steps.len(), 5);
        assert_eq!(steps[2]["env"]["SLACK_URL"], Value::from("${{ secrets.SLACK_URL }}"));
        assert_eq!(steps[1]["with"]["path"], steps[3]["with"]["path"]);
        let folder = Scratch::empty();
        folder.write("w.yml", &text);
        lints("check-jsonschema", &["--builtin-schema", "vendor.github-workflows", "w.yml"], folder.path());
        lints("sh", &["-n", "-c", steps[2]["run"].as_str().expect("a script")], folder.path());
    }
}

#[test]
fn an_azure_pipeline_is_one_by_its_schema() {
    for daily in [&[][..], &["--daily"][..]] {
        let text = printed(&[&["azure"][..], daily].concat());
        let pipeline = yaml(&text);
        assert_eq!(pipeline["trigger"], Value::from("none"));
        let script = pipeline["jobs"][0]["steps"][2]["script"].as_str().expect("a script");
        let folder = Scratch::empty();
        folder.write("p.yml", &text);
        lints(
            "check-jsonschema",
            &["--regex-variant", "nonunicode", "--builtin-schema", "vendor.azure-pipelines", "p.yml"],
            folder.path(),
        );
        lints("sh", &["-n", "-c", script], folder.path());
    }
}

#[test]
fn a_kubernetes_cron_job_is_one_by_its_schema_and_may_do_little() {
    for daily in [&[][..], &["--daily"][..]] {
        let text = printed(&[&["kubernetes", "--image", "registry.example.com/cutover:1"][..], daily].concat());
        let job = yaml(&text);
        let spec = &job["spec"];
        assert_eq!(spec["timeZone"], Value::from("America/New_York"));
        assert_eq!(spec["concurrencyPolicy"], Value::from("Forbid"));
        fields(spec["schedule"].as_str().expect("a schedule"));
        let pod = &spec["jobTemplate"]["spec"]["template"]["spec"];
        assert_eq!(pod["securityContext"]["runAsNonRoot"], Value::from(true));
        let container = &pod["containers"][0];
        assert_eq!(container["securityContext"]["readOnlyRootFilesystem"], Value::from(true));
        assert_eq!(container["image"], Value::from("registry.example.com/cutover:1"));
        let folder = Scratch::empty();
        folder.write("job.yaml", &text);
        lints("kubernetes-validate", &["--strict", "job.yaml"], folder.path());
        // Kubernetes turns $$( back into $(; the rest of the script is the shell's.
        lints("sh", &["-n", "-c", container["args"][0].as_str().expect("a script")], folder.path());
    }
}

#[test]
fn answers_are_no_failures_and_failures_are() {
    // The script of the daily workflow with a program that ends as told.
    let text = printed(&["github", "--daily"]);
    let script = yaml(&text)["jobs"]["cutover"]["steps"][2]["run"].as_str().expect("a script").to_owned();
    for (code, ends) in [(0, 0), (10, 0), (11, 0), (6, 6), (2, 2), (7, 7)] {
        let folder = Scratch::empty();
        folder.write("cutover", format!("#!/bin/sh\nexit {code}\n"));
        Command::new("chmod").args(["+x", "cutover"]).current_dir(folder.path()).status().expect("chmod");
        let run = Command::new("bash")
            .args(["-e", "-c", &script])
            .env("CUTOVER", "./cutover")
            .env("CUTOVER_CONFIG", "c")
            .env("CUTOVER_STATUS", "s")
            .current_dir(folder.path())
            .output()
            .expect("bash");
        assert_eq!(run.status.code(), Some(ends), "{code}: {}", String::from_utf8_lossy(&run.stderr));
    }
}

#[test]
fn files_are_written_where_asked_and_not_over_others() {
    let scratch = beta();
    let run = scratch.run(&["schedule", "systemd", "--out", "units"]).ends(0);
    assert!(run.err().contains("cutover-weekly.timer") && run.out().is_empty());
    scratch.run(&["schedule", "systemd", "--out", "units"]).ends(2);
    scratch.run(&["schedule", "systemd", "--out", "units", "--force"]).ends(0);
    let both = scratch.run(&["schedule", "systemd"]).ends(0).out();
    assert!(both.contains("# ---- cutover-weekly.service ----") && both.contains("# ---- cutover-weekly.timer ----"));
    for bad in [
        &["--at", "24:00"][..],
        &["--at", "7"],
        &["--at", "07:0x"],
        &["--weekday", "Mo"],
        &["--daily", "--weekday", "Mon"],
    ] {
        scratch.run(&[&["schedule", "cron"][..], bad].concat()).ends(2);
    }
}
