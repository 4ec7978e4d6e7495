//! Every command of the README runs, on the files that it names.

use crate::support::{Scratch, root};

/// A command of the README: what `echo '…' |` before it passes in, its words, and the exit code behind `# exit`.
struct Said {
    input: String,
    words: Vec<String>,
    code: i32,
}

/// The words of a command; blanks between double quotes part none.
fn words(command: &str) -> Vec<String> {
    let parts = command.split('"').enumerate();
    parts
        .flat_map(|(n, part)| match n % 2 {
            0 => part.split_whitespace().map(str::to_owned).collect(),
            _ => vec![part.to_owned()],
        })
        .collect()
}

/// Commands in fences marked `sh`.
fn commands(text: &str) -> Vec<Said> {
    let mut found = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        if line.starts_with("```") {
            inside = line == "```sh";
            continue;
        }
        if !inside || line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        let (command, comment) = line.split_once('#').unwrap_or((line, ""));
        let code = comment.trim().strip_prefix("exit ").and_then(|n| n.split(' ').next()?.parse().ok()).unwrap_or(0);
        let piped = command.strip_prefix("echo '").and_then(|rest| rest.split_once("' | "));
        let (input, command) = piped.unwrap_or(("", command));
        let words = words(command);
        found.push(Said { input: input.to_owned(), words, code });
    }
    found
}

#[test]
fn every_command_runs_as_the_readme_says() {
    let text = std::fs::read_to_string(root().join("README.md")).expect("README.md");
    let scratch = Scratch::empty();
    for sample in ["mobile-beta", "rollback"] {
        let copy = Scratch::sample(sample);
        let to = scratch.path().join("samples").join(sample);
        std::fs::create_dir_all(to.parent().expect("a folder")).expect("a folder");
        std::fs::rename(copy.path(), &to).expect("moved");
    }
    let mut ran = 0;
    for Said { input, words, code } in commands(&text) {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match words.as_slice() {
            ["cargo", "run", "--", args @ ..] | ["cargo", "run", "-q", "--", args @ ..] | ["cutover", args @ ..] => {
                scratch.run_with(args, input).ends(code);
                ran += 1;
            }
            // The test command is what runs this test; the install command would build everything again.
            ["cargo", "test"] | ["cargo", "install", ..] | ["cargo", "run", "--example", ..] => {}
            other => panic!("a command that no test runs: {other:?}"),
        }
    }
    assert!(ran >= 6, "only {ran} commands were found");
}
