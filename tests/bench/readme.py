"""Writes the figures of a run into the README of the service, between two marks."""

from pathlib import Path
from typing import Any

README = Path("service/README.md")
BEGIN, END = "<!-- figures: written by make bench -->\n", "<!-- end of figures -->\n"
Figures = dict[str, Any]


def written(figures: Figures) -> None:
    """Put new figures in the place of the old."""
    before, rest = README.read_text().split(BEGIN)
    README.write_text(before + BEGIN + markdown(figures) + END + rest.split(END)[1])


def markdown(figures: Figures) -> str:
    """The figures as Markdown tables."""
    machine = figures["machine"]
    where = (
        f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gb']} GB, Python {machine['python']}; "
        f"load of the machine over 15 minutes {machine['load_15_min']:.1f}; model {figures['model']}; {figures['minutes']:.0f} minutes.\n\n"
    )
    parts = [_readers(figures["readers"])] if "readers" in figures else []
    parts += [_serving(figures["serving"])] if "serving" in figures else []
    return "\n" + where + "".join(parts) + _facts(figures) + _missing(figures)


def _missing(figures: Figures) -> str:
    """What a reader should not look for: the sections that were never run on this machine."""
    absent = [name for name in ("readers", "serving", "start", "growth", "kills") if name not in figures]
    return f"Not run here yet: {', '.join(absent)}.\n\n" if absent else "\n"


def _readers(rows: list[Figures]) -> str:
    lines = [
        "100 words, one core, processor time",
        "p50 ms",
        "p99 ms",
        "a second",
        "F1 grade",
        "F1 team",
        "emergencies found at 8% false alarms",
        "our time against its",
    ]
    base = rows[0]["p50_ms"]
    body = [
        [
            _named(row), f"{row['p50_ms']:.2f}", f"{row['p99_ms']:.2f}", f"{row['many_per_s']:,.0f}",
            *(f"{row[name]:.3f}" if row[name] is not None else "" for name in ("grade_f1", "team_f1", "recall")),
            f"{base / row['p50_ms']:.2f}",
        ]
        for row in rows
    ]  # fmt: skip
    return _table(lines, body)


def _named(row: Figures) -> str:
    versions = ", ".join(f"{name} {number}" for name, number in row.get("versions", {}).items())
    return f"{row['name']} ({versions})" if versions else str(row["name"])


def _serving(rows: list[Figures]) -> str:
    heads = [
        "over HTTP, one process",
        "processor ms",
        "p50 ms",
        "p99 ms",
        "a second, 8 callers",
        "our processor time against its",
    ]
    body = [
        [
            row["name"],
            *(f"{row[name]:.1f}" for name in ("cpu_ms", "p50_ms", "p99_ms", "per_s")),
            f"{row['ours_against_it']:.2f}",
        ]
        for row in rows
    ]
    return _table(heads, body)


def _facts(figures: Figures) -> str:
    body: list[list[str]] = []
    if start := figures.get("start"):
        body += [
            ["`triage score` on one report, from nothing", f"{start['one_report_s']:.1f} s"],
            ["the same with `--rules-only`", f"{start['one_report_rules_only_s']:.2f} s"],
            ["installed: packages, size", f"{start['packages']}, {start['install_mb']:.0f} MB"],
        ]
    if serving := figures.get("serving"):
        body += [
            ["service to ready", f"{serving[0]['ready_s']:.1f} s"],
            ["two workers and their parent, resident in all", f"{serving[0]['two_workers_mb']:.0f} MB"],
            ["reports accepted and stored a second (SQLite)", f"{serving[0]['accepted_per_s']:.0f}"],
        ]
    return _table(["", ""], [*body, *_kills(figures.get("kills"))])


def _kills(kills: Figures | None) -> list[list[str]]:
    if kills is None:
        return []
    return [
        [f"{kills['rows']:,} reports, one process", f"{kills['one_process_s']:.0f} s"],
        ["the same on every core, killed half-way with kill -9 and resumed", f"{kills['killed_s']:.0f} s"],
        ["the same, two Dask workers, one killed half-way", f"{kills['cluster_s']:.0f} s"],
    ]


def _table(heads: list[str], body: list[list[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *body]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines) + "\n"
