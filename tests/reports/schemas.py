"""The schemas of ``tests/schemas/SOURCES``, each read once."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Final

from jsonschema import Draft4Validator, Draft202012Validator
from lxml import etree
from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema

from stampcheck_reports.ocsf import VERSION
from tests.reports.written import ocsf

_FOLDER: Final = Path(__file__).parents[1] / "schemas"


@cache
def of_sarif() -> Draft4Validator:
    return Draft4Validator(json.loads((_FOLDER / "sarif-schema-2.1.0.json").read_bytes()))


@cache
def of_ocsf() -> Draft202012Validator:
    schema = OcsfJsonSchemaEmbedded(get_ocsf_schema(version=VERSION))
    name = schema.lookup_class_name_from_uid(class_uid=2003)
    return Draft202012Validator(schema.get_class_schema(class_name=name, profiles=[]))


@cache
def of_junit() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(_FOLDER / "junit-10.xsd"))


def faults(folder: Path) -> list[str]:
    """What is wrong with the SARIF, OCSF and JUnit files of a folder."""
    log = json.loads((folder / "results.sarif").read_bytes())
    junit = of_junit()
    junit.validate(etree.parse(folder / "junit.xml"))
    return [
        *(fault.message for fault in of_sarif().iter_errors(log)),
        *(fault.message for event in ocsf(folder) for fault in of_ocsf().iter_errors(event)),
        *map(str, junit.error_log),
    ]
