#!/usr/bin/env python3
"""Holds verdicts against labelled worlds: tests/worlds.py BINARY WORLDS_DIR [WORLD...]

Each world is copied to a scratch folder, signed off, and compared item by item with the `accept` list of its
truth.json. Prints every item that differs, those whose accepted answers hold no pass, and the counts; ends with 1 when
a GO is wrong, a certain fail is missed, or a planted secret stands in an output file (texts of PDFs included).
"""
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

# The labels' words: no_data covers no-data and inconclusive, manual is pending, a conflict counts as fail.
WORDS = {"no-data": "no_data", "inconclusive": "no_data", "pending": "manual", "conflict": "fail", "n/a": "pass",
         "waived": "pass"}
CALLS = {"GO": "GO", "NO-GO": "NO_GO", "NOT YET": "INCOMPLETE"}


def plain(text):
    return re.sub(r"\s+", " ", re.sub(r"[`*\"“”]", "", text)).strip().lower()


def texts(folder):
    """Every output file as text."""
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        if path.suffix == ".pdf":
            yield path, subprocess.run(["pdftotext", path, "-"], capture_output=True, text=True).stdout
        else:
            yield path, path.read_text(errors="replace")


def judge(binary, world):
    truth = json.loads((world / "truth.json").read_text())
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch) / "input"
        shutil.copytree(world / "input", folder)
        out = folder / "out"
        command = [binary, "signoff", "--quiet", "--config", folder / "cutover.toml", "--out", out]
        run = subprocess.run(command, capture_output=True, text=True)
        if run.returncode not in (0, 10, 11):
            print(f"{world.name}: exit {run.returncode}\n{run.stderr}")
            return False
        packet = json.loads((out / "signoff.json").read_text())
        everything = [*texts(out), *texts(folder / ".cutover"), (pathlib.Path("stdout"), run.stdout + run.stderr)]
    items = {plain(item["text"]): item for item in packet["items"]}
    leaks = [(fragment, path.name) for secret in truth["planted_secrets"] for fragment in secret["must_not_contain"]
             for path, text in everything if fragment in text]
    return report(world.name, truth, packet["decision"]["call"], items, leaks)


def report(name, truth, call, items, leaks):
    print(f"\n{name}: {call}, truth {truth['overall']}")
    right, good = 0, True
    for label in truth["items"]:
        item = items.get(plain(label["text"]))
        ours = item["verdict"] if item else "absent"
        word = WORDS.get(ours, ours)
        fits = word in label["accept"]
        right += fits
        if not fits or "pass" not in label["accept"]:
            print(f"  {'right' if fits else 'WRONG':5} {label['id']:6} {ours:12} accept {','.join(label['accept']):14} "
                  f"{label['text'][:50]} | {(item or {}).get('reason', '')[:110]}")
        if label["accept"] == ["fail"] and word != "fail":
            good = False
    print(f"  {right} of {len(truth['items'])} items right, {len(leaks)} leaks of {len(truth['planted_secrets'])} planted secrets")
    for fragment, path in leaks[:10]:
        print(f"  LEAK in {path}: {fragment}")
    wrong_go = call == "GO" and truth["overall"] != "GO"
    return good and not leaks and not wrong_go


def main():
    binary, worlds = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2])
    names = sys.argv[3:] or sorted(p.name for p in worlds.iterdir() if (p / "truth.json").exists())
    return 0 if all([judge(binary, worlds / name) for name in names]) else 1


if __name__ == "__main__":
    sys.exit(main())
