"""What one message says by itself, whatever run it stands in."""

from __future__ import annotations

import re
from typing import Final

import msgspec

from stampcheck.diagnose import stages, values
from stampcheck.diagnose.products import Products
from stampcheck.diagnose.reader import Message
from stampcheck.diagnose.signatures import Match, Matcher
from stampcheck.diagnose.stages import FUNCTIONS, Seen
from stampcheck.diagnose.trie import Literals

_CACHED: Final = 4_096
_NAMES: Final = "|".join(re.escape(one.name) for one in FUNCTIONS.values())
_FRAME: Final = re.compile(r"\*{10,} (Begin|End) log: ([\w-]{1,60}) \*{5,}")
_ENDING: Final = re.compile(r"\*{10,} Ending registration action during ([\w-]{1,60})")
_ERROR: Final = re.compile(r"\*{10,} Error \*{10,}")
_WARNING: Final = "*** WARNING ***"
_WARNED: Final = "*** End WARNING ***"
_CALL: Final = re.compile(rf"\b({_NAMES})\b", re.IGNORECASE)
_TROUBLE: Final = re.compile(
    r"failed|error|exception|cannot|could not|denied|unable to|not recognized|refused|invalid"
    r"|does not|is not",
    re.IGNORECASE,
)
_STEP: Final = re.compile(
    r"Invocation of interface '([\w-]{1,80})' of role '([\w\\ -]{1,120})' failed"
)
_SIGNS: Final = (
    *(" log: ", "Ending registration action during ", "** Error **", _WARNING, _WARNED),
    *("Invocation of interface '", "FullyQualifiedErrorId", " failed:", "Error:", "xception"),
    *("ErrorCode", "]: PS", "PS C:\\", "PSComputerName"),
)


class Frame(msgspec.Struct, frozen=True):
    """A line that frames others: ``kind`` is begin, end, ending, error, warning or warned."""

    kind: str
    function: str = ""


class Analysis(msgspec.Struct, frozen=True, eq=False):
    """What a message says: the frame that it is, the step it speaks of, what it matches, the
    values and companions it holds, the module's function it calls or names.
    """

    frame: Frame | None
    seen: tuple[str, Seen] | None
    matches: tuple[Match, ...]
    values: tuple[tuple[str, str], ...]
    companions: frozenset[str]
    is_foreign: bool
    is_trouble: bool
    step: str
    call: str


class Analyst:
    """Looks at messages one by one; equal messages are looked at once."""

    def __init__(self, matcher: Matcher, products: Products) -> None:
        self.products = products
        self._matcher = matcher
        self._known: dict[tuple[str, ...], Analysis] = {}
        calls = frozenset(one.name for one in FUNCTIONS.values())
        own = calls | stages.LITERALS | values.LITERALS | frozenset(_SIGNS)
        self._literals = matcher.literals | own
        self._search = Literals(self._literals)

    @property
    def literals(self) -> frozenset[str]:
        """The texts that make a message worth a look."""
        return self._literals

    def of(self, message: Message) -> Analysis:
        """What a message says."""
        key = (message.prompt and ">", *message.texts)
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= _CACHED:
                self._known.clear()
            known = self._known[key] = self._look(message)
        return known

    def _look(self, message: Message) -> Analysis:
        text = message.text
        held = {one for way in message.texts for one in self._search.within(way)}
        call = _CALL.search(text) if message.prompt else None
        step = _STEP.search(text)
        matches = self._matcher.matches(message.texts, held)
        return Analysis(
            frame=_frame(text),
            seen=stages.seen_in(text, held),
            matches=matches,
            values=tuple(dict.fromkeys(values.values_in(text, held))),
            companions=frozenset(held & self._matcher.companions),
            is_foreign=bool(matches) and self.products.is_foreign(text),
            is_trouble=_TROUBLE.search(text) is not None,
            step=step.group(1) if step else "",
            call=FUNCTIONS[call.group(1).lower()].name if call else "",
        )


def _frame(text: str) -> Frame | None:
    if "***" not in text:
        return None
    if text.startswith(_WARNING):
        return Frame("warning")
    if text.startswith(_WARNED):
        return Frame("warned")
    if _ERROR.match(text):
        return Frame("error")
    ending = _ENDING.search(text)
    if ending:
        return Frame("ending", ending.group(1))
    found = _FRAME.search(text)
    return Frame(found.group(1).lower(), found.group(2)) if found else None
