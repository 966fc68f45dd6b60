"""What can be wrong with what people give us, named by who must mend it.

Each carries every problem that was found, not the first alone. Messages name files, lines and ids,
never report text.
"""

from collections.abc import Iterable


class TriageError(Exception):
    """Something a person can mend; `problems` has one sentence for each thing to mend."""

    def __init__(self, problems: str | Iterable[str]) -> None:
        self.problems = (problems,) if isinstance(problems, str) else tuple(problems)
        super().__init__("\n".join(self.problems))


class RulebookError(TriageError):
    """A rule author must mend the rulebook, a lexicon, the taxonomy, the policy or the signposts."""


class LabelError(TriageError):
    """A labeller must mend a label file."""


class ArtifactError(TriageError):
    """A deployer must replace a model folder that is missing, damaged, unsigned or of another version."""


class SettingsError(TriageError):
    """An operator must mend the settings."""


class InputError(TriageError):
    """The person who runs a command must mend a file that it was given, or name another."""
