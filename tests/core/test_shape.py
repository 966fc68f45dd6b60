"""The shape of the product: who may import whom, what the safety core needs, what style it keeps."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("triage_model", "training", "service")
MAY_IMPORT = {
    "triage_model": {"triage_model"},
    "training": {"triage_model", "training"},
    "service": {"triage_model", "service"},
}
CORE = (
    *(
        "types",
        "errors",
        "spelling",
        "reading",
        "known",
        "places",
        "phrases",
        "phrase_language",
        "phrase_parts",
        "context",
        "rules",
        "rulefiles",
        "teams",
        "policy",
    ),
    *(
        "floors",
        "signposts",
        "documents",
        "decide",
        "triage",
        "wire",
        "owners",
        "evidence",
        "details",
        "phrase_lists",
        "loading",
    ),
)
HEAVY = ("numpy", "scipy", "sklearn", "spacy", "pandas", "flask", "sqlalchemy", "pydantic", "matplotlib")


def modules(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


def imported(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    return names | {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}


@pytest.mark.parametrize("package", PACKAGES)
def test_packages_import_in_one_direction(package: str) -> None:
    for path in modules(package):
        ours = {name.split(".")[0] for name in imported(path)} & set(PACKAGES)
        assert ours <= MAY_IMPORT[package], path


@pytest.mark.parametrize("module", CORE)
def test_the_safety_core_needs_only_python_and_yaml(module: str) -> None:
    allowed = set(sys.stdlib_module_names) | {"yaml", "triage_model"}
    path = ROOT / "triage_model" / f"{module}.py"
    assert {name.split(".")[0] for name in imported(path)} <= allowed


def test_a_stabbing_is_graded_without_any_heavy_library() -> None:
    blocked = "".join(f"sys.modules[{name!r}] = None\n" for name in HEAVY)
    script = (
        f"import sys\n{blocked}"
        "from triage_model import triage\nfrom triage_model.types import Report\n"
        "print(triage.load(None).decide(Report('hes been stabbed outside the chippy, blood everywhere')).grade)\n"
    )
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "1"


def test_ruff_finds_nothing() -> None:
    for command in (["ruff", "check", "."], ["ruff", "format", "--check", "."]):
        answer = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True)
        assert answer.returncode == 0, answer.stdout


def test_mypy_strict_finds_nothing() -> None:
    answer = subprocess.run([sys.executable, "-m", "mypy"], cwd=ROOT, capture_output=True, text=True)
    assert answer.returncode == 0, answer.stdout


def test_the_product_is_known_from_three_files() -> None:
    """Types, decide and the front door: an afternoon's reading for a new engineer."""
    lines = [
        len((ROOT / "triage_model" / f"{name}.py").read_text().splitlines())
        for name in ("types", "decide", "triage")
    ]
    assert sum(lines) < 300
