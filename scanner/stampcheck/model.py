"""The words of stampcheck: facts, stamps, rules, verdicts, findings. Imports nothing of ours.

One datum travels Document -> Fact -> Verdict -> Finding -> Row. What could not be read is a
``Missing`` fact, and nothing in this module gives it a default.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any, Final, Generic, Self, TypeVar

import msgspec

T = TypeVar("T")

UNCLAIMED: Final = "(unclaimed)"
"""The pseudo-stamp that holds findings about registrations which no stamp claims."""


class Outcome(StrEnum):
    """What a rule says of a stamp. Declared worst first."""

    FAIL = "fail"
    UNDETERMINED = "undetermined"
    PASS = "pass"  # noqa: S105 (an outcome, not a password)
    NOT_APPLICABLE = "not-applicable"


class Severity(StrEnum):
    """How bad a failure is. Declared worst first."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFORMATIONAL = "informational"

    @property
    def rank(self) -> int:
        """Position from the worst (0) to the mildest (4)."""
        return _SEVERITY_RANK[self]


_SEVERITY_RANK: Final = {severity: rank for rank, severity in enumerate(Severity)}


class Reason(StrEnum):
    """Why something is undetermined."""

    NOT_COLLECTED = "not-collected"
    ACCESS_DENIED = "access-denied"
    UNREACHABLE = "unreachable"
    ABSENT_IN_ANSWER = "absent-in-answer"
    MALFORMED = "malformed"
    UNSUPPORTED_VERSION = "unsupported-version"
    STALE = "stale"
    AMBIGUOUS = "ambiguous"
    FLEET_INCOMPLETE = "fleet-incomplete"
    NEEDS_HUMAN = "needs-human"
    RULE_CRASHED = "rule-crashed"
    RULE_SILENT = "rule-silent"


class Standing(StrEnum):
    """Licence standing of a stamp."""

    LICENSED = "licensed"
    EXPIRED = "expired"
    IN_VIOLATION = "in-violation"
    NOT_PROVEN = "not-proven"


class State(StrEnum):
    """How far the registration of a stamp has come."""

    NOT_STARTED = "not-started"
    TOKEN_MADE = "token-made"  # noqa: S105 (a state, not a password)
    RESOURCE_WITHOUT_ACTIVATION = "resource-without-activation"
    ACTIVE = "active"
    HALF_RE_REGISTERED = "half-re-registered"
    MOVED = "moved"
    EXPIRED = "expired"
    ACTIVATION_WITHOUT_RESOURCE = "activation-without-resource"
    UNKNOWN = "unknown"


class Consequence(StrEnum):
    """What stops, or is at risk, while a requirement is broken. Declared worst first."""

    LICENCE = "licence standing"
    USAGE = "usage reporting"
    MARKETPLACE = "marketplace"
    RENEWAL = "renewal"
    SUPPORT = "support"


class Source(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """Where a fact was read: the document (file or request) and the field in it."""

    document: str
    field: str
    stale: bool = False

    def __str__(self) -> str:
        return f"{self.document} {self.field}".rstrip()


class Known(msgspec.Struct, Generic[T], frozen=True, gc=False):
    """A fact that was read, with the place it was read from."""

    value: T
    source: Source


class Missing(msgspec.Struct, frozen=True, gc=False):
    """A fact that was not read, and why. ``detail`` says in words what was met."""

    reason: Reason
    detail: str = ""

    @property
    def why(self) -> str:
        """The detail, or the reason where there is none; no stop at its end."""
        return (self.detail or self.reason.value).rstrip(".")

    def of(self, holder: str) -> Missing:
        """The same gap for a sentence about several holders: it names the one that has it."""
        return Missing(self.reason, f"{holder} ({self.why})")


class Fact(Generic[T]):
    """A typed key. ``documents`` names the kinds of document that can answer it.

    ``given`` marks what the run itself brings (date, profile, inventory) rather than evidence.
    """

    # typing keeps the declared type of the value under ``__orig_class__``, where there is room.
    __slots__ = ("__orig_class__", "documents", "given", "meaning", "name")

    def __init__(
        self, name: str, meaning: str, documents: tuple[str, ...] = (), *, given: bool = False
    ) -> None:
        self.name = name
        self.meaning = meaning
        self.documents = documents
        self.given = given

    def __repr__(self) -> str:
        return self.name


Facts = Mapping[Fact[Any], Known[Any] | Missing]


class FactMissing(Exception):  # noqa: N818 (a state of knowledge, not an error)
    """Raised by ``stamp[FACT]`` where the fact is missing; the engine turns it into a finding."""

    def __init__(self, fact: Fact[Any], missing: Missing) -> None:
        super().__init__(f"{fact.name}: {missing.reason}")
        self.fact = fact
        self.missing = missing


class UndeclaredFact(Exception):  # noqa: N818 (a breach of the rule contract)
    """Raised where a rule reads a fact that its metadata does not name."""


class Stamp:
    """What one rule may see of one stamp: the facts it declared, and nothing else.

    ``reads`` collects the facts it looked at, in order, so that a finding can name its sources;
    ``relied`` those whose value it could not do without.
    """

    __slots__ = ("facts", "name", "reads", "relied", "subject")

    def __init__(self, name: str, facts: Facts, subject: str = "") -> None:
        self.name = name
        self.subject = subject
        self.facts = facts
        self.reads: list[Fact[Any]] = []
        self.relied: list[Fact[Any]] = []

    @property
    def label(self) -> str:
        """The name to print in a sentence: the stamp's, or the unclaimed registration's."""
        return f"registration {self.subject.rpartition('/')[2]}" if self.subject else self.name

    def witness(self, fact: Fact[T]) -> Known[T] | Missing:
        """The state of a declared fact, known or missing."""
        state = self.facts.get(fact)
        if state is None:
            raise UndeclaredFact(
                f"it reads {fact!r}, so name that in needs or uses of its RuleInfo"
            )
        self.reads.append(fact)
        return state

    def __getitem__(self, fact: Fact[T]) -> T:
        """The value of a declared fact; ends the rule (``FactMissing``) where it is missing."""
        state = self.witness(fact)
        if isinstance(state, Missing):
            raise FactMissing(fact, state)
        self.relied.append(fact)
        return state.value

    def denies(self, fact: Fact[bool]) -> bool:
        """Whether a declared fact is known to be false: proven, so never by a gap."""
        state = self.witness(fact)
        return isinstance(state, Known) and not state.value

    def undisputed(self, fact: Fact[T]) -> Known[T] | Missing:
        """The state of a declared fact; ends the rule where what is at hand contradicts itself."""
        state = self.witness(fact)
        if isinstance(state, Missing) and state.reason is Reason.AMBIGUOUS:
            raise FactMissing(fact, state)
        return state

    def first(self, *facts: Fact[T]) -> Known[T] | Missing:
        """The first known of several witnesses, or the first one's reason."""
        states = [self.witness(fact) for fact in facts]
        return next((state for state in states if isinstance(state, Known)), states[0])


class SeenRegistration(msgspec.Struct, frozen=True, gc=False):
    """A registration resource seen in Azure, and the stamp that claims it (empty: none)."""

    id: str
    name: str
    subscription: str
    cloud_id: str
    source: Source
    claimed_by: str = ""


class Fleet:
    """What one fleet rule may see: its facts of every stamp and of every unclaimed registration.

    Stamps come sorted by name, so that nothing depends on the order of the evidence.
    """

    def __init__(
        self,
        stamps: Iterable[Stamp],
        registrations: Iterable[SeenRegistration],
        unclaimed: Iterable[Stamp],
    ) -> None:
        self.stamps = tuple(sorted(stamps, key=lambda stamp: sort_key(stamp.name)))
        self.registrations = tuple(registrations)
        self.unclaimed = tuple(unclaimed)

    @property
    def holders(self) -> tuple[Stamp, ...]:
        """The stamps, then the unclaimed registrations."""
        return self.stamps + self.unclaimed

    def group_by(self, fact: Fact[T]) -> Iterator[tuple[T, list[Stamp]]]:
        """Holders by the known value of a fact, in the order of the first holder of each."""
        groups: dict[T, list[Stamp]] = {}
        for holder in self.holders:
            state = holder.witness(fact)
            if isinstance(state, Known):
                groups.setdefault(state.value, []).append(holder)
        yield from groups.items()


class Verdict(msgspec.Struct, frozen=True, gc=False):
    """What a rule says of one holder. Build it with the four constructors."""

    stamp: str
    outcome: Outcome
    subject: str = ""
    severity: Severity | None = None
    reason: Reason | None = None
    message: str = ""
    expected: str = ""
    actual: str = ""
    causes: tuple[str, ...] = ()
    consequences: tuple[Consequence, ...] | None = None

    @classmethod
    def passed(
        cls, holder: Stamp, *, message: str = "", expected: str = "", actual: str = ""
    ) -> Self:
        """The requirement is met; the engine accepts it only if every need is known."""
        return cls(holder.name, Outcome.PASS, holder.subject, None, None, message, expected, actual)

    @classmethod
    def failed(
        cls,
        holder: Stamp,
        *,
        causes: tuple[str, ...],
        message: str,
        expected: str = "",
        actual: str = "",
        severity: Severity | None = None,
        consequences: tuple[Consequence, ...] | None = None,
    ) -> Self:
        """The requirement is broken; ``severity`` and ``consequences`` only where this case is
        milder than the rule.
        """
        return cls(
            holder.name,
            Outcome.FAIL,
            holder.subject,
            severity,
            None,
            message,
            expected,
            actual,
            causes,
            consequences,
        )

    @classmethod
    def not_applicable(cls, holder: Stamp, *, message: str) -> Self:
        """The facts prove that the rule does not concern this stamp; never for a gap."""
        return cls(holder.name, Outcome.NOT_APPLICABLE, holder.subject, message=message)

    @classmethod
    def undetermined(
        cls, holder: Stamp, *, reason: Reason, message: str, expected: str = "", actual: str = ""
    ) -> Self:
        """The facts were read but do not decide."""
        return cls(
            holder.name,
            Outcome.UNDETERMINED,
            holder.subject,
            None,
            reason,
            message,
            expected,
            actual,
        )


class Example(msgspec.Struct, frozen=True):
    """A stamp, by its facts, of which the rule gives this outcome; what is not named is missing.

    Of a fleet rule ``others`` are further stamps of the fleet, and ``unclaimed`` registrations that
    no stamp claims; the outcome is then the worst of all findings.
    """

    outcome: Outcome
    facts: Mapping[Fact[Any], Any]
    others: tuple[Mapping[Fact[Any], Any], ...] = ()
    unclaimed: tuple[Mapping[Fact[Any], Any], ...] = ()


class Passage(msgspec.Struct, frozen=True):
    """A passage that a rule relies on: the anchor of its heading, and a digest of its words."""

    anchor: str
    digest: str


class RuleInfo(msgspec.Struct, frozen=True, kw_only=True):
    """Metadata of a rule. Texts are sentences; ``reviewed`` is an ISO date.

    ``needs`` must all be known for a pass, and so must one witness of each ``any_of`` group.
    ``uses`` may be missing. ``fresh`` marks rules that old evidence cannot pass. What leaves the
    rule open besides a missing need stands in ``undetermined_when``. ``consequences`` are what a
    failure stops or endangers, at worst; ``examples`` are judged for the rule's page.
    """

    id: str
    title: str
    severity: Severity
    rationale: str
    needs: tuple[Fact[Any], ...]
    uses: tuple[Fact[Any], ...] = ()
    any_of: tuple[tuple[Fact[Any], ...], ...] = ()
    fresh: bool = False
    fails_when: str
    passes_when: str
    not_applicable_when: str = ""
    undetermined_when: str = ""
    causes: tuple[str, ...]
    remediation: str
    consequences: tuple[Consequence, ...] = ()
    examples: tuple[Example, ...] = ()
    source: str
    reviewed: str
    passages: tuple[Passage, ...] = ()

    @property
    def facts(self) -> tuple[Fact[Any], ...]:
        """Every fact that the rule may read, each once, needs first."""
        groups = (fact for group in self.any_of for fact in group)
        return tuple(dict.fromkeys((*self.needs, *groups, *self.uses)))


StampJudge = Callable[[Stamp], Iterator[Verdict]]
FleetJudge = Callable[[Fleet], Iterator[Verdict]]


class Rule(msgspec.Struct, frozen=True, eq=False):
    """A rule: its metadata, one pure function and the facts that the function may read."""

    info: RuleInfo
    judge: Callable[[Any], Iterator[Verdict]]
    is_fleet: bool
    module: str
    name: str
    facts: tuple[Fact[Any], ...]

    def __call__(self, seen: Any) -> Iterator[Verdict]:  # noqa: ANN401 (a Stamp or a Fleet)
        """Judge what the engine hands in."""
        return self.judge(seen)


def _rule(info: RuleInfo, judge: Callable[[Any], Iterator[Verdict]], *, is_fleet: bool) -> Rule:
    try:
        facts = info.facts
    except TypeError:
        # What is not made of facts has no facts; the shape of rules says so by name.
        facts = ()
    return Rule(info, judge, is_fleet, judge.__module__, judge.__name__, facts)


def stamp_rule(info: RuleInfo) -> Callable[[StampJudge], Rule]:
    """Make a function that judges one stamp a rule; registers nothing."""
    return lambda judge: _rule(info, judge, is_fleet=False)


def fleet_rule(info: RuleInfo) -> Callable[[FleetJudge], Rule]:
    """Make a function that judges the whole fleet at once a rule; registers nothing."""
    return lambda judge: _rule(info, judge, is_fleet=True)


class Finding(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """One row of a scan: a rule, a stamp, a subject and what was found.

    ``consequences`` are what a failure stops or endangers, worst first.
    """

    finding_id: str
    stamp: str
    rule: str
    outcome: Outcome
    severity: Severity
    subject: str = ""
    reason: Reason | None = None
    message: str = ""
    expected: str = ""
    actual: str = ""
    causes: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    missing: tuple[str, ...] = ()
    waived: bool = False
    consequences: tuple[Consequence, ...] = ()

    def __repr__(self) -> str:
        """What was said first, so that a failed test shows it however much of the rest is cut."""
        first = ("outcome", "message", "reason", "expected", "actual")
        names = (*first, *(name for name in self.__struct_fields__ if name not in first))
        told = ((name, getattr(self, name)) for name in names)
        shown = (f"{name}={value!r}" for name, value in told if value or name == "outcome")
        return f"Finding({', '.join(shown)})"


class Step(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One step of a runbook: what to do, the PowerShell for it, what to expect, how to verify.

    ``connection``, ``modules`` and ``billing`` limit the step to a variant; empty means every one.
    """

    what: str
    where: str = ""
    connection: str = ""
    modules: str = ""
    billing: str = ""
    powershell: str = ""
    expect: str = ""
    verify: str = ""


class Runbook(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """An ordered remediation with ``{{placeholders}}`` for the stamp's own values."""

    id: str
    title: str
    source: str
    reviewed: str
    steps: tuple[Step, ...]
    rerun: tuple[str, ...] = ()


class Likelihood(StrEnum):
    """How surely a log shows a cause. Declared surest first."""

    CERTAIN = "certain"
    LIKELY = "likely"
    POSSIBLE = "possible"


class Signature(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """How a cause shows in a registration log or in a pasted error.

    ``pattern`` is a regular expression over one whole message; its named groups give values.
    ``literal`` is a text that every match holds, spelled exactly: lines without it are never looked
    at. ``stages`` and ``sessions`` are where it counts (empty: anywhere); elsewhere it is one word
    weaker. All texts of ``requires`` have to stand in the same run, and none of ``excludes``.
    ``is_general`` marks words that any program may write: they count only in a text that is known
    to be of Azure Stack Hub. ``samples`` are messages that it matches; ``reference`` is where one
    was seen, with the date.
    """

    pattern: str
    literal: str
    samples: tuple[str, ...]
    likelihood: Likelihood
    reference: str
    stages: tuple[str, ...] = ()
    sessions: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    is_general: bool = False


class Neighbour(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A cause that looks alike, and what tells it apart."""

    cause: str
    difference: str


class Cause(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A reason why a requirement is broken, in the one catalogue of causes. A ``prerequisite`` has
    to be mended before any runbook that registers can succeed. What only logs show explains no
    rule.
    """

    id: str
    title: str
    explanation: str
    source: str
    reviewed: str
    documented: bool
    explains: tuple[str, ...]
    confirm: str
    runbook: str
    contradicted_by: tuple[str, ...] = ()
    prerequisite: bool = False
    signatures: tuple[Signature, ...] = ()
    neighbours: tuple[Neighbour, ...] = ()


def listed(words: Sequence[str], most: int, mark: str = ", ") -> str:
    """Words for a sentence, the first few by name: ``a, b and 3 more``."""
    more = f" and {len(words) - most} more" if len(words) > most else ""
    return mark.join(words[:most]) + more


def sort_key(name: str) -> tuple[str, str]:
    """The one order of stamps: by name without case, then exactly."""
    return (name.casefold(), name)
