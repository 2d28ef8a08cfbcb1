"""What the commands share: choose rules, open bundles, judge, write reports, exit codes."""

from __future__ import annotations

import contextlib
import shutil
import sys
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import msgspec

from stampcheck.bundle import Bundle
from stampcheck.causes.catalogue import load
from stampcheck.causes.packages import brought
from stampcheck.cli.accepted import accepted
from stampcheck.cli.baseline import recorded
from stampcheck.cli.console import Talk
from stampcheck.cli.unfinished import refuse_unfinished
from stampcheck.engine import RuleSet
from stampcheck.errors import NothingEvaluated, RunError, StampcheckError, UsageError
from stampcheck.head import Chosen
from stampcheck.judging import Settings
from stampcheck.loading import load_scan
from stampcheck.model import Severity
from stampcheck.parse.value import Unreadable, moment
from stampcheck.profile import Profile, read_profile
from stampcheck.record import ReportFormat, Scan, ScanRecord
from stampcheck.registry import EVERY_FORMAT, Loaded, Package, load_formats, load_rules, plain
from stampcheck.scan import evaluate, judge_serially
from stampcheck.tomlfile import nearest
from stampcheck.zipped import spoken_of, unzip

DEFAULT_FORMATS: Final = ("csv", "html")
Formats = Sequence[tuple[ReportFormat, Package]]
"""Formats to write, with the distributions that brought them."""

_RUN_NAME: Final = "%Y%m%dT%H%M%SZ"


class JudgingOptions(msgspec.Struct, frozen=True, kw_only=True):
    """The options of every command that judges, as given."""

    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    severity: str | None = None
    stamps: tuple[str, ...] = ()
    as_of: datetime | None = None
    profile: Path | None = None
    require: tuple[str, ...] = ()
    baseline: Path | None = None
    waivers: Path | None = None
    fail_on: str | None = None
    exit_zero: bool = False
    allow_undetermined: bool = False
    workers: int = 1


def now() -> datetime:
    """The clock of the command line, whole seconds in UTC."""
    return datetime.now(UTC).replace(microsecond=0)


def choose(options: JudgingOptions) -> tuple[Chosen, Profile]:
    """The rules that are to judge and the profile they judge by."""
    profile = read_profile(options.profile) if options.profile else Profile()
    if options.fail_on:
        profile = msgspec.structs.replace(
            profile, fail_on=severity_of(options.fail_on, "--fail-on")
        )
    loaded = load_rules((*profile.require, *options.require))
    known = {one.rule.info.id: one for one in loaded}
    options = msgspec.structs.replace(
        options,
        only=tuple(_spelled(rule, known) for rule in options.only),
        skip=tuple(_spelled(rule, known) for rule in options.skip),
    )
    named = (*options.only, *options.skip, *profile.only, *profile.disable, *profile.severities)
    for rule in named:
        if rule not in known:
            raise UsageError(f"There is no rule {rule!r}{nearest(rule, list(known))}")
    ids = _ids(options, profile, list(known))
    if options.severity:
        worst = severity_of(options.severity, "--severity").rank
        severities = {
            rule: profile.severities.get(rule, known[rule].rule.info.severity) for rule in ids
        }
        ids = [rule for rule in ids if severities[rule].rank <= worst]
    if not ids:
        raise NothingEvaluated(
            "No rule is left to judge by; loosen --rule, --skip-rule or the profile."
        )
    chosen = tuple(known[rule] for rule in ids)
    _check_required((*profile.require, *options.require), chosen)
    rules = RuleSet((one.rule for one in chosen), load().causes, profile.severities)
    found = [*(one.package for one in brought()), *(one.package for one in loaded)]
    packages = {package.name: package for package in found}
    left_out = tuple(rule for rule in known if rule not in ids)
    named_packages = tuple(packages[name] for name in sorted(packages))
    return Chosen(rules, chosen, named_packages, left_out), profile


def _check_required(require: Collection[str], chosen: Collection[Loaded]) -> None:
    """Who requires a package wants to be judged by it, and not only to have it."""
    judging = {plain(one.package.name) for one in chosen}
    for name in require:
        if plain(name) not in judging:
            raise UsageError(
                f"Rule package {name!r} is required, but none of its rules is left to judge by; "
                "loosen --rule, --skip-rule, --severity or the profile."
            )


def _spelled(rule: str, known: Collection[str]) -> str:
    """A rule id as it is spelled, whatever its case."""
    return next((one for one in known if one.lower() == rule.lower()), rule)


def _ids(options: JudgingOptions, profile: Profile, known: Sequence[str]) -> list[str]:
    wanted = options.only or profile.only or known
    unwanted = {*options.skip, *(() if options.only else profile.disable)}
    return [rule for rule in known if rule in wanted and rule not in unwanted]


def severity_of(word: str, option: str) -> Severity:
    """The severity that an option names; ``UsageError`` suggests the nearest."""
    try:
        return Severity(word.lower())
    except ValueError:
        known = [severity.value for severity in Severity]
        raise UsageError(f"{option} {word!r}{nearest(word, known)}") from None


def chosen_formats(
    words: Sequence[str], choices: Mapping[str, Mapping[str, str]] | None = None
) -> Formats:
    """The report formats for ``--format``; HTML and CSV where none is named. ``choices`` are the
    arguments of their functions, by the word of the format.
    """
    known = {form.id: (form, package) for form, package in load_formats()}
    if EVERY_FORMAT in words:
        words = list(known)
    for word in words:
        if word not in known:
            raise UsageError(f"There is no report format {word!r}{nearest(word, list(known))}")
    return [
        (known[word][0].choosing((choices or {}).get(word, {})), known[word][1])
        for word in dict.fromkeys(words or DEFAULT_FORMATS)
        if word in known
    ]


def new_run(output: Path, moment: datetime) -> Path:
    """A new folder ``<output>/<UTC time>``; never an existing one."""
    try:
        output.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise UsageError(f"{output}: is a file; name a folder for the results.") from None
    except OSError as error:
        raise UsageError(f"{output}: cannot be made ({error.strerror}).") from error
    name = moment.strftime(_RUN_NAME)
    for number in range(1, 1000):
        folder = output / (name if number == 1 else f"{name}-{number}")
        try:
            folder.mkdir()
        except FileExistsError:
            continue
        except OSError as error:
            raise UsageError(f"{folder}: cannot be made ({error.strerror}).") from error
        return folder
    raise RunError(f"{output}: holds a thousand runs of this second.")


@contextlib.contextmanager
def opened(path: Path) -> Iterator[Bundle]:
    """An open, verified bundle: a folder, a run's folder that holds one, or a zip."""
    if not path.exists():
        raise UsageError(f"{path}: there is no such bundle.")
    refuse_unfinished(path)
    with tempfile.TemporaryDirectory(prefix="stampcheck-") as scratch:
        folder = unzip(path, Path(scratch)) if path.is_file() else _bundle_folder(path)
        with spoken_of(path, folder), Bundle(folder) as bundle:
            bundle.verify()
            yield bundle


def _bundle_folder(path: Path) -> Path:
    return path / "bundle" if (path / "bundle" / "manifest.json").is_file() else path


def judge_bundle(
    bundle: Bundle, folder: Path, options: JudgingOptions, *, talk: Talk, as_of: datetime
) -> Scan:
    """Judge a bundle into ``folder``: ``findings.jsonl`` and ``scan.json``."""
    chosen, profile = choose(options)
    settings = Settings(
        profile=profile,
        as_of=as_of,
        baseline=recorded(open_record(options.baseline)) if options.baseline else {},
        # A bundle for which some stamps only were asked is judged for those.
        only=_stamps(bundle, options.stamps or tuple(bundle.manifest.asked)),
        waivers=accepted(options.waivers, chosen, profile, as_of=as_of, now=now(), bundle=bundle),
    )
    if options.workers > 1:
        from stampcheck.workers import judge_in_parallel

        judged = judge_in_parallel(bundle, chosen.rules, settings, options.workers)
    else:
        judged = judge_serially(bundle, chosen.rules, settings)
    with (
        talk.progress("Judging stamps", len(settings.only) or bundle.manifest.stamps) as progress,
        off_stdout(),
    ):
        scan = evaluate(
            bundle,
            folder,
            chosen=chosen,
            catalogue=load(),
            settings=settings,
            judged=judged,
            progress=progress,
        )
    if scan.redacted:
        from stampcheck.redaction.spelling import respell

        respell(folder)
    return scan


def off_stdout() -> contextlib.AbstractContextManager[object]:
    """While rules judge: what one of them prints is no data, so it goes to where people look."""
    return contextlib.redirect_stdout(sys.stderr)


def bundle_time(bundle: Bundle) -> datetime:
    """When a bundle was collected: the as-of date where none is given."""
    try:
        return moment(bundle.manifest.collected_at)
    except Unreadable as why:
        raise UsageError(
            f"{bundle.folder / 'manifest.json'}: collected_at: {why.detail}."
        ) from None


def _stamps(bundle: Bundle, wanted: tuple[str, ...]) -> frozenset[str]:
    if not wanted:
        return frozenset()
    known = {entry.name.casefold(): entry.name for entry in bundle.entries()}
    for name in wanted:
        if name.casefold() not in known:
            raise UsageError(f"There is no stamp {name!r}{nearest(name, list(known.values()))}")
    return frozenset(known[name.casefold()] for name in wanted)


def open_record(path: Path) -> ScanRecord:
    """A saved scan by its folder, its ``scan.json`` or a zip of the folder."""
    if path.exists():
        refuse_unfinished(path)
    return load_scan(path).record


def write_reports(record: ScanRecord, folder: Path, formats: Formats, talk: Talk) -> bool:
    """Write each format under a temporary name and rename it; whether all of them succeeded."""
    written = []
    with talk.progress("Writing reports", len(formats)) as progress:
        for form, package in formats:
            written.append(_write_report(record, folder, form, package, talk))
            progress(1)
    return all(written)


def _write_report(
    record: ScanRecord, folder: Path, form: ReportFormat, package: Package, talk: Talk
) -> bool:
    scratch = Path(tempfile.mkdtemp(prefix=f".{form.id}-", dir=folder))
    try:
        form.write(record, scratch)
        for name in form.files:
            (scratch / name).replace(folder / name)
    except Exception as error:  # noqa: BLE001 (a foreign format must not lose the others)
        kind = "" if isinstance(error, StampcheckError) else f"{type(error).__name__}: "
        talk.warn(
            f"Error: format {form.id} ({package.name} {package.version}) failed: {kind}{error}"
        )
        return False
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return True


def exit_code(scan: Scan, options: JudgingOptions) -> int:
    """The code of a scan that ran to its end (design.md 4); waived failures do not count."""
    if options.exit_zero:
        return 0
    worst = Severity(scan.fail_on).rank
    left = {word: number - scan.waived.get(word, 0) for word, number in scan.failures.items()}
    if any(Severity(word).rank <= worst for word, number in left.items() if number):
        return 1
    undetermined = scan.pairs.undetermined + scan.unclaimed_findings.undetermined
    return 3 if undetermined and not options.allow_undetermined else 0


def judging_options(given: dict[str, Any]) -> JudgingOptions:
    """Collect the options of ``options.judging`` from a command's arguments."""
    return JudgingOptions(**{name: given[name] for name in JudgingOptions.__struct_fields__})
