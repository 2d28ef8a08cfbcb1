"""An article of our own, small and with every kind of block, and rules that rely on it."""

from __future__ import annotations

from stampcheck.article.markdown import digest
from stampcheck.article.table import Entry, Table, digest_of
from stampcheck.facts import CLOUD_ID
from stampcheck.model import Passage, RuleInfo, Severity

NAME = "sample-article.md"
ARTICLE = """\
---
title: Sample
# a comment of the front matter
---

# Care of stamps

A stamp wants **care**. Its owner [reads this](other.md#there) first.

## Locks

> [!NOTE]
> Keep the lock `on`.

- Take it off before a move.

  ```powershell
  Remove-Lock -Name keep
  ```

1. Put it back.

| Word | Meaning |
|------|---------|
| lock | keeps a thing |

::: zone pivot="connected"
## Locks

Keep the lock on.
::: zone-end
"""
LOCK_ON = digest("Keep the lock on.")
OFF_BEFORE = digest("Take it off before a move.")


def info(
    name: str = "AZS-PR-901", passages: tuple[Passage, ...] = (), source: str = f"{NAME}#locks"
) -> RuleInfo:
    return RuleInfo(
        id=name,
        title="The lock is off",
        severity=Severity.LOW,
        rationale="It matters.",
        needs=(CLOUD_ID,),
        fails_when="It is off.",
        passes_when="It is on.",
        causes=("lock-removed",),
        remediation="Put it on.",
        source=source,
        reviewed="2026-11-22",
        passages=passages,
    )


def table() -> Table:
    headings = {
        "care-of-stamps": {
            digest("A stamp wants care."): Entry("care", none="description"),
            digest("Its owner reads this first."): Entry("reading", none="navigation"),
        },
        "locks": {
            LOCK_ON: Entry("the lock stays", maps=("AZS-PR-901", "cause:x"), also=("locks-1",)),
            OFF_BEFORE: Entry("off for a move", maps=("AZS-PR-902",)),
            digest("Remove-Lock -Name keep"): Entry("the command", none="syntax"),
            digest("Put it back."): Entry("back again", maps=("runbook:restore-lock",)),
            digest("Word | Meaning"): Entry("the head", none="head of a table"),
            digest("lock | keeps a thing"): Entry("the word", none="description"),
        },
        "locks-1": {},
    }
    whole = digest_of(one for own in headings.values() for one in own)
    return Table(NAME, "2026-11-22", whole, {}, headings)
