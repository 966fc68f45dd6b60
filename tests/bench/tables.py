"""The figures of a run as tables."""

from collections.abc import Iterator
from typing import Any

from rich.table import Table

Figures = dict[str, Any]


def of(figures: Figures) -> Iterator[Table | str]:
    """One table for each section that was measured."""
    machine = figures["machine"]
    yield (
        f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gb']} GB, Python {machine['python']}, "
        f"load {machine['load_15_min']:.1f}; model {figures['model']}; {figures['minutes']:.0f} minutes"
    )
    for name, made in (("readers", _readers), ("serving", _serving), ("start", _facts), ("kills", _facts)):
        if name in figures:
            yield made(figures[name])
    if "growth" in figures:
        yield from _growth(figures["growth"])


def _readers(rows: list[Figures]) -> Table:
    heads = (
        "",
        "p50 ms",
        "p99 ms",
        "a second, many",
        "F1 grade",
        "F1 team",
        "found at 8%",
        "ours against it",
        "versions",
    )
    table = Table(*heads, title="one core, reports of 100 words; judged on dev")
    base = rows[0]["p50_ms"]
    for row in rows:
        numbers = (f"{row['p50_ms']:.2f}", f"{row['p99_ms']:.2f}", f"{row['many_per_s']:.0f}")
        shares = [
            f"{row[name]:.3f}" if row[name] is not None else "" for name in ("grade_f1", "team_f1", "recall")
        ]
        versions = ", ".join(f"{name} {number}" for name, number in row.get("versions", {}).items())
        table.add_row(row["name"], *numbers, *shares, f"{base / row['p50_ms']:.2f} x", versions)
    return table


def _serving(rows: list[Figures]) -> Table:
    table = Table(
        "over HTTP, one process", "processor ms", "p50 ms", "p99 ms", "a second, 8 callers", "ours against it"
    )
    for row in rows:
        table.add_row(
            row["name"],
            f"{row['cpu_ms']:.1f}",
            f"{row['p50_ms']:.1f}",
            f"{row['p99_ms']:.1f}",
            f"{row['per_s']:.0f}",
            f"{row['ours_against_it']:.2f} x",
        )
    first = rows[0]
    table.caption = (
        f"ready in {first['ready_s']:.1f} s; two workers hold {first['two_workers_mb']:.0f} MB in all"
    )
    return table


def _facts(facts: Figures) -> Table:
    table = Table(*(name.replace("_", " ") for name in facts))
    table.add_row(*(f"{value:.2f}" if isinstance(value, float) else f"{value:,}" for value in facts.values()))
    return table


def _growth(figures: Figures) -> Iterator[Table]:
    for name in ("length", "length_of_rules_alone", "rules"):
        # Figures kept from an earlier run may not have rules alone.
        if not figures.get(name):
            continue
        table = Table(name.replace("_", " "), *(f"{x:,}" for x, _ in figures[name]))
        table.add_row("ms", *(f"{y:.1f}" for _, y in figures[name]))
        yield table
    table = Table("rows", *(f"{one['rows']:,}" for one in figures["rows"]))
    table.add_row("s", *(f"{one['s']:.0f}" for one in figures["rows"]))
    table.add_row("MB", *(f"{one['mb']:.0f}" for one in figures["rows"]))
    yield table
