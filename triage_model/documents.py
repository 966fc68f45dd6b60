"""Reads the YAML that people edit, and can say on which line a thing stands."""

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from triage_model.errors import RulebookError

Key = str | int
_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Base):  # type: ignore[misc]
    """YAML in which `no`, `on` and `off` are words: a rule about "no" must not become one about False."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in resolvers if not (tag.endswith(":bool") and first in "yYnNoO")]
    for first, resolvers in _Base.yaml_implicit_resolvers.items()
}


def read(path: Path) -> Any:
    """The content of a YAML file. Raises RulebookError with file, line and mend."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)
    except OSError as error:
        raise RulebookError(f"{path}: cannot be read ({error.strerror}); put the file back") from error
    except UnicodeDecodeError as error:
        raise RulebookError(f"{path}: is not UTF-8; save it as UTF-8") from error
    except yaml.YAMLError as error:
        raise RulebookError(_yaml_problem(path, error)) from error


def _yaml_problem(path: Path, error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    line = mark.line + 1 if mark else 1
    what = getattr(error, "problem", None) or "not understood"
    return f"{path}:{line}: not valid YAML ({what}); look for a missing quote, colon or indent here"


def where(path: Path, *keys: Key) -> str:
    """`file:line` of the value under some keys, or of the nearest parent that exists."""
    return f"{path}:{_line(path, keys)}"


def _line(path: Path, keys: tuple[Key, ...]) -> int:
    node = _tree(path)
    line = 1
    for key in keys:
        node = _child(node, key)
        if node is None:
            break
        line = node.start_mark.line + 1
    return line


@lru_cache(maxsize=64)
def _compose(path: Path, _stamp: int) -> Any:
    return yaml.compose(path.read_text(encoding="utf-8"), Loader=_Loader)


def _tree(path: Path) -> Any:
    return _compose(path, path.stat().st_mtime_ns)


def _child(node: Any, key: Key) -> Any:
    if isinstance(node, yaml.SequenceNode) and isinstance(key, int):
        return node.value[key] if key < len(node.value) else None
    if isinstance(node, yaml.MappingNode):
        return next((value for name, value in node.value if name.value == str(key)), None)
    return None
