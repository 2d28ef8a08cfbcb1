"""The head of a record: what was judged, by which rules, for which date, with which sums."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import msgspec

from stampcheck import __version__
from stampcheck.bundle import Bundle, Manifest
from stampcheck.causes.catalogue import Catalogue
from stampcheck.causes.runbook import PLACEHOLDERS, STATE_RUNBOOKS
from stampcheck.contradiction import words
from stampcheck.custody import channels
from stampcheck.document import iso
from stampcheck.engine import RuleSet
from stampcheck.evidence import RECIPES
from stampcheck.judging import Settings
from stampcheck.model import Cause, Consequence, RuleInfo, Runbook, SeenRegistration
from stampcheck.record import (
    BundleRecord,
    ExampleRecord,
    FactRecord,
    PackageRecord,
    ReferenceRecord,
    RuleRecord,
    Scan,
    UnclaimedRecord,
)
from stampcheck.registry import Loaded, Package
from stampcheck.rule_page import endings, undetermined_when
from stampcheck.rule_render import given_lines, says
from stampcheck.sums import Sums
from stampcheck.waiver import Waiver, WaiverRecord


class Chosen(msgspec.Struct, frozen=True):
    """The rules of a scan with the packages that brought them."""

    rules: RuleSet
    loaded: tuple[Loaded, ...]
    packages: tuple[Package, ...]
    left_out: tuple[str, ...] = ()


def _kinds(chosen: Chosen) -> list[str]:
    """The kinds of document that the rules' facts come from."""
    return sorted({kind for fact in chosen.rules.facts for kind in fact.documents})


def head(
    bundle: Bundle,
    chosen: Chosen,
    catalogue: Catalogue,
    settings: Settings,
    sums: Sums,
    unclaimed: list[SeenRegistration],
    waivers: list[WaiverRecord],
) -> Scan:
    """The head of the record of a scan that ran to its end."""
    as_of = iso(settings.as_of)
    causes = _causes(catalogue, sums)
    return Scan(
        scan_id=_scan_id(bundle, chosen, settings),
        as_of=as_of,
        tool_version=__version__,
        profile=_scope(chosen, settings),
        fail_on=settings.profile.fail_on.value,
        expiry_days=msgspec.structs.asdict(settings.profile.windows),
        max_age_days=settings.profile.max_age_days,
        bundle=_bundle_record(bundle),
        packages=[PackageRecord(package.name, package.version) for package in chosen.packages],
        stamp_count=sums.stamps,
        pairs=sums.pairs,
        findings=sums.findings,
        unclaimed_findings=sums.unclaimed,
        failures=dict(sorted(sums.failures.items())),
        standings=dict(sorted(sums.standings.items())),
        states=dict(sorted(sums.states.items())),
        rules=[_rule_record(loaded, chosen.rules, sums) for loaded in chosen.loaded],
        facts=[
            FactRecord(fact.name, fact.meaning, fact.documents)
            for fact in sorted(chosen.rules.facts, key=lambda fact: fact.name)
        ],
        permissions={kind: RECIPES[kind].permission for kind in _kinds(chosen)},
        document_titles={kind: RECIPES[kind].title for kind in _kinds(chosen)},
        placeholders=dict(PLACEHOLDERS),
        causes=[_without_signatures(cause) for cause in causes],
        runbooks=list(_runbooks(catalogue, causes)),
        state_runbooks={state.value: runbook for state, runbook in STATE_RUNBOOKS.items()},
        cause_stamps=sorted(
            sums.causes.values(), key=lambda tally: (-len(tally.explains), tally.cause)
        ),
        contradictions=_contradictions(catalogue, sums),
        consequences={one.value: sums.consequences[one] for one in Consequence},
        waived={word: number for word, number in sorted(sums.waived.items()) if number},
        waivers=waivers,
        max_waiver_days=settings.profile.max_waiver_days,
        reasons=dict(sorted(sums.reasons.items())),
        documents_by_kind=dict(sorted(sums.kinds.items())),
        problems=sums.problems,
        problem_count=sums.problem_count,
        unclaimed=[_unclaimed_record(one) for one in unclaimed],
        complete=bundle.manifest.complete,
        only=sorted(settings.only),
        reference={
            name: ReferenceRecord(one.tenant, one.nodes, one.read_at)
            for name, one in sorted(settings.baseline.items())
        },
        redacted=bundle.manifest.redacted,
        documents=sums.unattached,
    )


def _causes(catalogue: Catalogue, sums: Sums) -> list[Cause]:
    """The causes of the catalogue, but those that logs alone show and none of this scan did."""
    every = catalogue.causes.values()
    return [cause for cause in every if cause.explains or cause.id in sums.causes]


def _runbooks(catalogue: Catalogue, causes: list[Cause]) -> Iterator[Runbook]:
    """The runbooks that a scan may lead to: not those of causes that are left out alone."""
    kept = {cause.runbook for cause in causes} | set(STATE_RUNBOOKS.values())
    lonely = {cause.runbook for cause in catalogue.causes.values()} - kept
    texts = [repr(one) for one in catalogue.runbooks.values() if one.id not in lonely]
    for runbook in catalogue.runbooks.values():
        if runbook.id not in lonely or any(runbook.id in text for text in texts):
            yield runbook


def _without_signatures(cause: Cause) -> Cause:
    """What logs look like is the catalogue's; a scan has no use for it."""
    return msgspec.structs.replace(cause, signatures=())


def _contradictions(catalogue: Catalogue, sums: Sums) -> dict[str, str]:
    """The words for every predicate of the causes that some stamp has."""
    named = (catalogue.causes[cause] for cause in sorted(sums.causes) if cause in catalogue.causes)
    return {text: words(text) for cause in named for text in cause.contradicted_by}


def _scope(chosen: Chosen, settings: Settings) -> str:
    """The profile's name, and what was left out of the scan or laid beside it."""
    words = [settings.profile.name]
    if settings.only:
        words.append(f"only these stamps: {', '.join(sorted(settings.only))}")
    if chosen.left_out:
        words.append(f"without these rules: {', '.join(chosen.left_out)}")
    if settings.baseline:
        words.append("with an earlier scan as reference")
    return "; ".join(words)


def _scan_id(bundle: Bundle, chosen: Chosen, settings: Settings) -> str:
    """A digest of evidence, rules, profile, reference and date: equal scans have equal ids."""
    parts = [bundle.digest, settings.profile.digest, iso(settings.as_of), __version__]
    parts += [
        f"{one.rule.info.id} {one.package.name} {one.package.version}" for one in chosen.loaded
    ]
    named = {one.package.name for one in chosen.loaded}
    # A package may have brought causes only, or rules that were left out.
    parts += [f"{one.name} {one.version}" for one in chosen.packages if one.name not in named]
    parts += sorted(settings.only)
    parts += [f"{stamp} {one}" for stamp, one in sorted(settings.baseline.items())]
    parts += [_told(waiver) for waiver in settings.waivers]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def _told(waiver: Waiver) -> str:
    """A waiver without the line that it stands in."""
    return msgspec.json.encode(msgspec.structs.replace(waiver, line=0)).decode()


def _bundle_record(bundle: Bundle) -> BundleRecord:
    manifest = bundle.manifest
    return BundleRecord(
        digest=bundle.digest,
        collected_at=manifest.collected_at,
        tool_version=manifest.tool_version,
        documents=manifest.documents,
        complete=manifest.complete,
        sources=manifest.sources,
        inventory=manifest.inventory,
        accounts=manifest.accounts,
        asked=manifest.asked,
        kinds=manifest.kinds,
        channels=channels(bundle.journal()),
        journal_sha256=_journal_digest(manifest),
    )


def _journal_digest(manifest: Manifest) -> str:
    """Of a live collection only; that of an empty journal would say nothing."""
    vouched = manifest.files.get("journal.jsonl")
    return vouched.sha256 if vouched and "live" in manifest.sources else ""


def _rule_record(loaded: Loaded, rules: RuleSet, sums: Sums) -> RuleRecord:
    info = loaded.rule.info
    pairs, findings = sums.by_rule[info.id]
    return RuleRecord(
        id=info.id,
        title=info.title,
        severity=rules.severities[info.id].value,
        rationale=info.rationale,
        fails_when=info.fails_when,
        passes_when=info.passes_when,
        not_applicable_when=info.not_applicable_when,
        remediation=info.remediation,
        source=info.source,
        reviewed=info.reviewed,
        digest=_digest(info),
        needs=[fact.name for fact in info.needs],
        uses=[fact.name for fact in info.facts if fact not in info.needs],
        causes=list(info.causes),
        consequences=rules.consequences[info.id],
        is_fleet=loaded.rule.is_fleet,
        package=loaded.package.name,
        one_of=[[fact.name for fact in group] for group in info.any_of],
        undetermined_when=undetermined_when(loaded.rule),
        examples=[
            ExampleRecord(ending.outcome.value, given_lines(case), says(case))
            for ending in endings(loaded.rule)
            for case in ending.cases
        ],
        pairs=pairs,
        findings=findings,
    )


def _digest(info: RuleInfo) -> str:
    """Sixteen hex digits over what a rule says of itself, the passages that it relies on too."""
    said = {
        name: [fact.name for fact in info.facts] if name in ("needs", "uses") else told
        for name in RuleInfo.__struct_fields__
        if name not in ("examples", "any_of")
        for told in [getattr(info, name)]
    }
    return hashlib.sha256(msgspec.json.encode(said)).hexdigest()[:16]


def _unclaimed_record(seen: SeenRegistration) -> UnclaimedRecord:
    return UnclaimedRecord(
        registration_id=seen.id,
        cloud_id=seen.cloud_id,
        subscription_id=seen.subscription,
        document=seen.source.document,
    )
