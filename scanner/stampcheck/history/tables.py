"""The tables of a history, as the newest migration leaves them."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

from stampcheck.model import Standing

METADATA: Final = MetaData()

SCHEMA: Final = Table(
    "stampcheck_schema",
    METADATA,
    Column("version", Integer, primary_key=True, autoincrement=False),
)
"""One row for each migration that was made."""


def _named(name: str) -> Table:
    """Names of any length, each once: by the digest, since an index bears no long ones."""
    return Table(
        name,
        METADATA,
        Column("id", Integer, primary_key=True),
        Column("digest", String(64), nullable=False, unique=True),
        Column("name", Text, nullable=False),
    )


STAMP: Final = _named("stampcheck_stamp")
RULE: Final = _named("stampcheck_rule")


def _set(name: str, member: Table) -> tuple[Table, Table]:
    """Sets that scans share, and their members."""
    sets = Table(
        name,
        METADATA,
        Column("id", Integer, primary_key=True),
        Column("digest", String(64), nullable=False, unique=True),
    )
    members = Table(
        f"{name}_member",
        METADATA,
        Column("set_id", ForeignKey(sets.c.id), primary_key=True),
        Column("member_id", ForeignKey(member.c.id), primary_key=True),
    )
    Index(f"{name}_by_member", members.c.member_id)
    return sets, members


STAMP_SET, STAMP_MEMBER = _set("stampcheck_stamp_set", STAMP)
RULE_SET, RULE_MEMBER = _set("stampcheck_rule_set", RULE)

SCAN: Final = Table(
    "stampcheck_scan",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("scan_id", String(64), nullable=False, unique=True),
    Column("as_of", String(40), nullable=False),
    Column("collected_at", String(40), nullable=False),
    Column("bundle_digest", String(64), nullable=False),
    Column("tool_version", Text, nullable=False),
    Column("profile", Text, nullable=False),
    Column("is_complete", Boolean, nullable=False),
    Column("is_narrowed", Boolean, nullable=False),
    Column("stamp_set_id", ForeignKey(STAMP_SET.c.id), nullable=False),
    Column("rule_set_id", ForeignKey(RULE_SET.c.id), nullable=False),
    Column("stamps", Integer, nullable=False),
    Column("rules", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("undetermined", Integer, nullable=False),
    Column("passed", Integer, nullable=False),
    Column("not_applicable", Integer, nullable=False),
    *(Column(word.value.replace("-", "_"), Integer, nullable=False) for word in Standing),
)
"""A scan, its pairs by outcome and its stamps by licence standing."""

TRACK: Final = Table(
    "stampcheck_track",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("digest", String(64), nullable=False, unique=True),
    Column("stamp_id", ForeignKey(STAMP.c.id), nullable=False, index=True),
    Column("rule_id", ForeignKey(RULE.c.id), nullable=True, index=True),
    Column("subject", Text, nullable=False),
)
"""What is followed over time: a finding by rule, stamp and subject; without a rule the stamp."""

VALUE: Final = Table(
    "stampcheck_value",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("digest", String(64), nullable=False, unique=True),
    Column("outcome", String(40), nullable=False),
    Column("severity", String(40), nullable=False),
    Column("reason", String(40), nullable=False),
    Column("is_waived", Boolean, nullable=False),
    Column("state", String(60), nullable=False),
    Column("standing", String(40), nullable=False),
    Column("expires", Text, nullable=False),
    Column("registration_id", Text, nullable=False),
    Column("billing_model", Text, nullable=False),
    Column("top_cause", Text, nullable=False),
)
"""What a track was: of a finding its outcome, of a stamp its state. Each once."""

CHANGE: Final = Table(
    "stampcheck_change",
    METADATA,
    Column("track_id", ForeignKey(TRACK.c.id), primary_key=True),
    Column("scan_id", ForeignKey(SCAN.c.id), primary_key=True),
    Column("value_id", ForeignKey(VALUE.c.id), nullable=True),
)
"""From this scan on a track is this; without a value it is there no more."""
