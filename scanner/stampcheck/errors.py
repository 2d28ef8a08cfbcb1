"""The exceptions that stampcheck raises on purpose, each with its exit code.

    StampcheckError
    +-- UsageError          2  a command line, file or rule package that cannot be used
    +-- NothingEvaluated    4  no stamp, no rule or no evidence
    +-- RunError            5  reading or writing failed
    +-- IntegrityError      6  a digest does not match

Everything else that escapes is a defect of stampcheck.
"""

from typing import ClassVar


class StampcheckError(Exception):
    """One sentence for the person at the keyboard, and the exit code."""

    exit_code: ClassVar[int] = 5


class UsageError(StampcheckError):
    """The command line or a file of the user's cannot be used as it is."""

    exit_code = 2


class NothingEvaluated(StampcheckError):  # noqa: N818 (a result, named as design.md does)
    """There was nothing to judge, which is not success."""

    exit_code = 4


class RunError(StampcheckError):
    """Reading evidence or writing results failed."""

    exit_code = 5


class IntegrityError(StampcheckError):
    """A file is not the one that its manifest describes."""

    exit_code = 6
