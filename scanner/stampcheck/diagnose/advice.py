"""The words of a diagnosis: what the situation is, what to ask, what to collect next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from stampcheck.diagnose.course import failed_stage
from stampcheck.diagnose.diagnosis import Diagnosis
from stampcheck.diagnose.episode import Episode
from stampcheck.diagnose.runs import Run
from stampcheck.diagnose.stages import STAGES
from stampcheck.model import listed

_SEND_LOG: Final = (
    "The whole log of the run: %SystemDrive%\\MASLogs\\Registration on the computer that ran it "
    "(AzureStack.Activation.<function>-<date>.log)."
)
_SEND_PEP: Final = "The logs of the stamp: \\\\<privileged endpoint>\\c$\\maslogs."
_SEND_ERROR: Final = (
    "The whole error of the console: run $Error[0] | Format-List * -Force right after the failure."
)


def give(diagnosis: Diagnosis, run: Run | None, episode: Episode) -> None:
    """Fill in situation, next question and what to collect."""
    diagnosis.situation = _situation(diagnosis, run, episode)
    diagnosis.next_question = _question(diagnosis, run, episode)
    if not diagnosis.causes and not diagnosis.other_products:
        diagnosis.collect = list(_collect(run, episode))


def _situation(diagnosis: Diagnosis, run: Run | None, episode: Episode) -> str:
    others = diagnosis.other_products
    if others and run is None:
        return (
            f"The text is of {listed(others, 3, ' and ')}, not of the registration of Azure Stack "
            "Hub. Nothing is claimed about it."
        )
    if run is None:
        return (
            "Nothing in the text is of a registration of Azure Stack Hub that stampcheck knows, "
            "so nothing is claimed."
        )
    if episode.lead is None:
        return _without_failure(run, episode)
    return _stopped(run, [one.id for one in diagnosis.stages])


def _without_failure(run: Run, episode: Episode) -> str:
    name = run.function or "The run"
    if run.ended == "success":
        overtaken = f" {len(episode.overtaken)} earlier failed before." if episode.overtaken else ""
        return f"{name} succeeded ({run.file}:{run.last}).{overtaken}"
    return f"{name} shows no failure; the text has no end of the run ({run.file}:{run.last})."


def _stopped(run: Run, steps: Sequence[str]) -> str:
    name = run.function or "The registration"
    stage = failed_stage(run)
    if not stage:
        return f"{name} failed ({run.file}:{run.first}); the text does not say at which step."
    number = f" {steps.index(stage) + 1} of {len(steps)}" if stage in steps else ""
    when = f" on {run.time}" if run.time else ""
    return f"{name} stopped{when} at step{number}: {STAGES[stage].title}."


def _question(diagnosis: Diagnosis, run: Run | None, episode: Episode) -> str:
    if diagnosis.causes:
        return diagnosis.causes[0].confirm
    if diagnosis.other_products and run is None:
        return "Is this the log of the registration of an Azure Stack Hub stamp?"
    if run is None:
        return "Which function of the registration module was run, and what did it print?"
    if episode.lead is None:
        return ""
    stage = STAGES.get(failed_stage(run))
    if stage is None or not stage.look_for:
        return "What did the console print right before it stopped?"
    return f"What do these lines of the log say: {stage.look_for}?"


def _collect(run: Run | None, episode: Episode) -> Iterator[str]:
    if run is not None and episode.lead is None and run.ended == "success":
        return
    yield _SEND_LOG
    if run is not None:
        stage = STAGES.get(failed_stage(run))
        if stage is not None and stage.look_for:
            yield f"Of that log {stage.look_for}."
        if stage is not None and stage.session == "pep":
            yield _SEND_PEP
    yield _SEND_ERROR
