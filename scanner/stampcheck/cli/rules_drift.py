"""``stampcheck rules drift`` and ``rules passages``: a newer copy beside what the rules rely on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import click
import msgspec

from stampcheck.article.drift import Drift, Found, article_of, drift, source_anchor
from stampcheck.article.markdown import Article, read
from stampcheck.article.table import load
from stampcheck.causes import catalogue
from stampcheck.cli.main import printable
from stampcheck.errors import UsageError
from stampcheck.model import RuleInfo
from stampcheck.registry import load_rules
from stampcheck.tomlfile import bytes_of, nearest

_MAX_FILE: Final = 2_000_000
_FIRST_WORDS: Final = 60
_ENOUGH: Final = 5


@click.command("drift")
@click.argument("article", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Sentences for people, or JSON.",
)
def drift_command(*, article: Path, form: str) -> int:
    """Compare ARTICLE.md, a newer copy, with what the rules rely on; say which to review.

    Ends with 0 where nothing drifted, 1 where something did, 2 for a file that no rule names.
    """
    copy = read(_text_of(article))
    infos = [loaded.rule.info for loaded in load_rules()]
    name = _recognised(article, copy, infos)
    own = [info for info in infos if article_of(info) == name]
    runbooks = catalogue.load().runbooks.values()
    found = drift(name, copy, load().get(name), own, runbooks)
    text = _json(found) if form == "json" else "\n".join(_page(found, copy))
    click.echo(printable(text))
    return 0 if found.is_none else 1


@click.command("passages")
@click.argument("article", type=click.Path(path_type=Path))
@click.argument("anchor", required=False)
def passages_command(*, article: Path, anchor: str | None) -> None:
    """List the passages of ARTICLE.md (under ANCHOR only): anchor, digest, first words.

    A rule that relies on a passage holds Passage(anchor, digest) in its metadata.
    """
    copy = read(_text_of(article))
    if anchor is not None and anchor not in copy.anchors:
        known = [heading.anchor for heading in copy.headings]
        raise UsageError(f"{article}: there is no heading {anchor!r}{nearest(anchor, known)}")
    for one in copy.sentences:
        if anchor in (None, one.anchor):
            words = one.text if len(one.text) <= _FIRST_WORDS else one.text[:_FIRST_WORDS] + "..."
            click.echo(printable(f"{one.anchor}  {one.digest}  {words}"))


def _text_of(path: Path) -> str:
    try:
        return bytes_of(path, _MAX_FILE).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: byte {error.start} is not UTF-8, so it is no article.") from None


def _recognised(path: Path, copy: Article, infos: Sequence[RuleInfo]) -> str:
    """The article that a file is a copy of: by its name and a heading, else by its sentences."""
    names = sorted({name for info in infos if (name := article_of(info))})
    digests = {one.digest for one in copy.sentences}
    for name in sorted(names, key=lambda name: name != path.name):
        known, anchors = _known_of(name, infos)
        has_its_name = path.name == name and anchors & copy.anchors
        if has_its_name or len(known & digests) > len(known) / _ENOUGH:
            return name
    raise UsageError(
        f"{path}: is no copy of an article that a rule names ({', '.join(names) or 'none'})."
    )


def _known_of(name: str, infos: Sequence[RuleInfo]) -> tuple[set[str], set[str]]:
    """The digests and headings of an article that the table and the rules know."""
    table = load().get(name)
    digests, anchors = (set(table.places()), set(table.headings)) if table else (set(), set())
    for info in infos:
        if article_of(info) == name:
            digests |= {passage.digest for passage in info.passages}
            anchors |= {source_anchor(info), *(passage.anchor for passage in info.passages)}
    return digests, anchors


def _json(found: Drift) -> str:
    return msgspec.json.format(msgspec.json.encode(found), indent=2).decode()


def _page(found: Drift, copy: Article) -> Iterator[str]:
    size = f"{len(copy.headings)} headings, {len(copy.sentences)} passages"
    relying = len({one.rule for one in found.passages})
    yield f"{found.article}: {size}. Rules that rely on it: {relying}."
    yield from _rules(found)
    yield from _section(
        "Changed, gone or moved",
        (line for one in found.changed for line in _known(one, one.about or one.digest)),
    )
    yield from _section(
        "Not known so far", (f"  {one.anchor}: {one.text}" for one in found.unknown)
    )
    yield from _section("New headings", (f"  {anchor}" for anchor in found.new_headings))
    yield from _section("Headings that are gone", (f"  {one}" for one in found.lost_headings))
    yield from _section(
        "To review",
        (
            f"  {one.id}{f' {one.title} (reviewed {one.reviewed})' if one.title else ''}: {one.why}"
            for one in found.review
        ),
    )
    yield from _section(
        "Without a digest, so not compared", (f"  {rule}" for rule in found.without_digest)
    )
    if found.is_none:
        yield from ("", "Nothing drifted.")


def _rules(found: Drift) -> Iterator[str]:
    states = Counter(one.passage.state for one in found.passages)
    yield (
        f"Passages of rules: {states['unchanged']} unchanged, {states['moved']} moved, "
        f"{states['gone']} changed or gone."
    )
    for one in found.passages:
        if one.passage.state != "unchanged":
            yield from _known(one.passage, f"{one.rule}: {one.passage.about or one.passage.digest}")


def _known(found: Found, what: str) -> Iterator[str]:
    if found.state == "moved":
        yield f"  {found.anchor}: {what}; moved to {', '.join(found.now)}"
        return
    yield f"  {found.anchor}: {what}; changed or gone"
    yield from (f"    now there: {text}" for text in found.instead)


def _section(title: str, lines: Iterator[str]) -> Iterator[str]:
    body = list(lines)
    if body:
        yield ""
        yield f"{title} ({sum(not line.startswith('    ') for line in body)})"
        yield from body
