"""The documents of one stamp, newest first, and what each of them can prove."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, Generic, TypeVar

import msgspec

from stampcheck.bundle import Declared
from stampcheck.document import AZURE_KINDS, KINDS, Document
from stampcheck.model import Known, Missing, Reason, Source
from stampcheck.parse.error import ArmError, arm_error
from stampcheck.parse.recognise import (
    is_another_product,
    kind_of_item,
    request_path,
    request_query,
)
from stampcheck.parse.sameness import clash, is_same
from stampcheck.parse.shape import Item, is_cut_off, items
from stampcheck.parse.value import Unreadable
from stampcheck.values import ResourceId

T = TypeVar("T")

_OK: Final = range(200, 300)
_AZURE_IN_ORDER: Final = tuple(kind for kind in KINDS if kind in AZURE_KINDS)
_PAGING: Final = frozenset(("$skiptoken", "$skip", "$top", "skiptoken"))
_FILTER: Final = re.compile(
    r"(?:(atscope\(\))(?: and )?)?(?:principalid eq '([^']*)'|assignedto\('([^']*)'\))?"
)
_OF_PRODUCT: Final = frozenset(("registration", "activation", "stamp-information"))
_UNCOMPARED: Final = frozenset(("properties", "name", "etag", "displayname", "tags"))


class _Lazy(Generic[T]):
    """``functools.cached_property`` without the lock that Python 3.11 takes for each value."""

    def __init__(self, make: Callable[[Any], T]) -> None:
        self.__doc__ = make.__doc__
        self._make = make
        self._name = make.__name__

    def __get__(self, held: object, owner: type) -> T:
        value = held.__dict__[self._name] = self._make(held)
        return value


class Held:
    """A document at hand, decoded when it is looked at. Those that serve several stamps are held
    once, so that what is derived of them is derived once.
    """

    def __init__(self, document: Document, *, stale: bool, shared: bool = False) -> None:
        self.document = document
        self.stale = stale
        self.shared = shared
        self.label = document.label
        self.kind = document.kind

    @_Lazy
    def body(self) -> Any:  # noqa: ANN401 (JSON)
        """The decoded body."""
        return self.document.content()

    @_Lazy
    def error(self) -> ArmError | None:
        """The ARM error that the body is, if it is one."""
        return arm_error(self.body)

    @_Lazy
    def items(self) -> list[Item]:
        """The objects of the document's kind."""
        if self.document.reason is not None or self.error is not None:
            return []
        found = [item for item in items(self.body) if not self._is_foreign(item)]
        if len(found) == 1 or self.kind not in AZURE_KINDS:
            return found
        return [item for item in found if kind_of_item(item) == self.kind]

    def _is_foreign(self, item: Item) -> bool:
        return self.kind in _OF_PRODUCT and is_another_product(item)

    @property
    def is_answer(self) -> bool:
        """Whether it says something of its kind: a success with a body, empty or not."""
        document = self.document
        status_ok = document.status in _OK or document.status == 0
        return document.reason is None and status_ok and self.error is None

    @property
    def is_absence(self) -> bool:
        """Whether it says that something is not there; of what, only its request can tell."""
        if self.document.reason is not None:
            return False
        error = self.error
        return error.proves_absence if error is not None else self.is_answer and not self.items

    @property
    def is_whole(self) -> bool:
        """Whether a listing is complete: no further page, and not one of several itself."""
        return not is_cut_off(self.body) and not self.query.keys() & _PAGING

    @_Lazy
    def path(self) -> str:
        """Path of the request, lower case, empty where it is not known."""
        return request_path(self.document.request).lower()

    @_Lazy
    def query(self) -> dict[str, str]:
        """The options of the request by their lower-case names."""
        return request_query(self.document.request)

    def source(self, field: str) -> Source:
        """The proof for a field of this document."""
        return Source(self.label, field, self.stale)

    def refusal(self) -> Missing:
        """Why it is no evidence."""
        document = self.document
        reason = document.reason or Reason.AMBIGUOUS
        return Missing(reason, f"{self.label}: {document.detail or reason.value}")


class Found(msgspec.Struct, frozen=True):
    """An object and the document that it stands in."""

    item: Item
    held: Held

    def source(self, name: str) -> Source:
        """The proof for one of its fields."""
        return self.held.source(self.item.path(name))


class Evidence:
    """All documents that serve one stamp, by kind and newest first, with what was declared."""

    def __init__(
        self, name: str, documents: Sequence[Held], declared: Declared, baseline_tenant: str = ""
    ) -> None:
        self.name = name
        self.declared = declared
        self.baseline_tenant = baseline_tenant
        self.baseline_nodes: int | None = None
        self.baseline_read_at = ""
        self.as_of = ""
        self.derived: dict[str, Any] = {}
        self._by_kind: dict[str, list[Held]] = {}
        for held in documents:
            self._by_kind.setdefault(held.kind, []).append(held)
        for same in self._by_kind.values():
            if len(same) > 1:
                same.sort(key=_age, reverse=True)

    def of(self, kind: str) -> Sequence[Held]:
        """Documents of a kind, newest first."""
        return self._by_kind.get(kind, ())

    def all(self) -> Iterator[Held]:
        """Every document."""
        for same in self._by_kind.values():
            yield from same

    def kinds(self) -> frozenset[str]:
        """The kinds at hand."""
        return frozenset(self._by_kind)

    def gap(self, kind: str, what: str) -> Missing:
        """Why nothing of a kind is known: the newest refusal, or that nobody asked."""
        refusals = [held.refusal() for held in self.of(kind) if held.document.reason is not None]
        if refusals:
            return refusals[0]
        if self.of(kind):
            return Missing(Reason.AMBIGUOUS, f"{self.of(kind)[0].label} does not tell of {what}")
        return Missing(Reason.NOT_COLLECTED, f"there is no {kind} document of {what}")

    def newest(self, kind: str, what: str) -> Found | Missing:
        """The one object of a kind in its newest answer. Two answers of one age that differ are
        ambiguous; refusals count only where nothing was answered.
        """
        answers = self.latest(kind)
        if not answers:
            return self.gap(kind, what)
        contradiction = self.contradiction(kind)
        if contradiction is not None:
            return contradiction
        found = _single(answers[0], what)
        for rival in answers[1:]:
            if not agrees(found, _single(rival, what)):
                labels = f"{answers[0].label} and {rival.label}"
                return Missing(Reason.AMBIGUOUS, f"{labels} are of the same time and differ")
        return found

    def contradiction(self, kind: str) -> Missing | None:
        """Why the answers of a kind cannot all be of one stamp."""
        same = self.of(kind)
        return clash(kind, same) if same and (len(same) > 1 or len(same[0].items) > 1) else None

    def latest(self, kind: str) -> list[Held]:
        """The newest answer of a kind, with those of the same time; refusals are none."""
        answers = [held for held in self.of(kind) if held.document.reason is None]
        if len(answers) > 1:
            newest = answers[0].document.collected_at
            return [held for held in answers if held.document.collected_at == newest]
        return answers

    def reads_subscription(self, subscription: str) -> bool:
        """Whether an answer with success came out of that Azure subscription."""
        start = f"/subscriptions/{subscription}"
        return any(
            held.is_answer and _is_in(held, start)
            for kind in _AZURE_IN_ORDER
            for held in self.of(kind)
        )

    def is_refused_in(self, subscription: str) -> Held | None:
        """A refusal out of that Azure subscription: its listings are those of narrow rights."""
        start = f"/subscriptions/{subscription}"
        for kind in _AZURE_IN_ORDER:
            for held in self.of(kind):
                if held.document.reason is Reason.ACCESS_DENIED and _is_refused(held, start):
                    return held
        return None


def _age(held: Held) -> tuple[str, str]:
    return held.document.collected_at.rstrip("Z"), held.label


def _single(held: Held, what: str) -> Found | Missing:
    if held.error is not None or not held.items:
        return Missing(Reason.AMBIGUOUS, f"{held.label} shows nothing of {what}, and not where")
    if len(held.items) > 1:
        return Missing(Reason.AMBIGUOUS, f"{held.label} holds {len(held.items)} of {what}")
    return Found(held.items[0], held)


def agrees(found: Found | Missing, rival: Found | Missing) -> bool:
    """Whether two answers of one time say the same of what both tell, in whatever spelling."""
    if isinstance(found, Missing) or isinstance(rival, Missing):
        return isinstance(found, Missing) and isinstance(rival, Missing)
    names = (found.item.keys() & rival.item.keys()) - _UNCOMPARED
    return all(is_same(found.item.prop(name), rival.item.prop(name)) for name in names)


def is_below(path: str, start: str) -> bool:
    """Whether a lower-case path is ``start`` or lies below it, at a path boundary."""
    return path.startswith(start) and path[len(start) : len(start) + 1] in ("", "/")


def _is_refused(held: Held, start: str) -> bool:
    scope = held.path or (held.error.scope.lower() if held.error else "")
    return is_below(scope, start) if scope else held.kind in ("registration", "subscription")


def _is_in(held: Held, start: str) -> bool:
    if is_below(held.path, start):
        return True
    own = (item.id.lower() for item in held.items[:1])
    bare = (str(item.own("subscriptionid", "id")).lower() for item in held.items[:1])
    return any(is_below(text, start) for text in own) or (
        held.kind == "subscription" and any(text == start.rpartition("/")[2] for text in bare)
    )


def covers(held: Held, target: ResourceId, suffix: str, principal: str = "") -> bool:
    """Whether a listing whose request is known would have shown what lies at ``target``.

    A listing shows what is at, above and below its scope; ``atScope()`` leaves out what is below
    (facts/azure.md 4.3). One that is filtered by a principal shows that one's only.
    """
    if not held.path.endswith(suffix) or not held.is_answer or not held.is_whole:
        return False
    scope = ResourceId.parse(held.path.removesuffix(suffix))
    narrowed = _FILTER.fullmatch(" ".join(held.query.get("$filter", "").lower().split()))
    if scope is None or narrowed is None or not scope.is_at_or_above(target):
        return False
    named = {name for name in narrowed.groups()[1:] if name is not None}
    return named <= {principal} and (scope == target or not narrowed.group(1))


def read_field(
    found: Found | Missing, name: str, reader: Callable[[object], T]
) -> Known[T] | Missing:
    """Read a field of an object into a fact, or hand on why there is no object."""
    if isinstance(found, Missing):
        return found
    return read_value(found.item.prop(name), found.source(name), reader)


def read_value(value: object, source: Source, reader: Callable[[object], T]) -> Known[T] | Missing:
    """Read one value into a fact, with its proof."""
    try:
        return Known(reader(value), source)
    except Unreadable as why:
        return Missing(why.reason, f"{source}: {why.detail}")
