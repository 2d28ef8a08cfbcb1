"""No secret of a log is in any output, however it stands there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pytest

from stampcheck.diagnose import Diagnosis, text_source
from stampcheck.diagnose.html_form import as_html
from stampcheck.diagnose.json_form import as_json
from stampcheck.diagnose.markdown_form import as_markdown
from stampcheck.diagnose.masking import Mask
from stampcheck.diagnose.text_form import as_lines
from tests.scanner.diagnose.sample import BUSY, CLOUD_ID, CONTEXT, framed, of, shown, thrown, warned

TOKEN: Final = "eyJDbG91ZElkIjoiNWQxZjBhM2ItN2MyZSIsIkJpbGxpbmdNb2RlbCI6IlBheUFzWW91VXNlIn0xyz"
SECRETS: Final = {
    "token in a dump": (f'"registrationToken":  "{TOKEN}"', TOKEN),
    "activation key": (f"-ActivationKey '{TOKEN}'", TOKEN),
    "bearer header": (f"Authorization: Bearer {TOKEN}", TOKEN),
    "password": ("-Password 'Summer-2026-h0t!'", "Summer-2026-h0t!"),
    "connection string": (
        "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MA==",
        "Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MA",
    ),
    "nameless key": (f"the answer was {TOKEN[3:]}9Qq", TOKEN[3:]),
}


def text_of(diagnosis: Diagnosis) -> str:
    return "\n".join(line.text for line in as_lines(diagnosis, 80))


FORMS: Final = (text_of, as_json, as_html, as_markdown)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
@pytest.mark.parametrize("kind", SECRETS)
def test_a_planted_secret_is_in_no_output(kind: str, form: Callable[[Diagnosis], str]) -> None:
    line, secret = SECRETS[kind]
    text = framed(
        "Set-AzsRegistration",
        *CONTEXT,
        f"Get-RegistrationToken parameters: {line}",
        *warned(f"Creation of registration token failed:\n{line}\n{BUSY}\n{line}"),
        *thrown(f"{BUSY} {line}", "x"),
    )
    page = form(shown(text))

    assert "busy" in page
    assert secret not in page


@pytest.mark.parametrize("is_known", [True, False])
@pytest.mark.parametrize("width", [40, 57, 80, 120])
def test_a_secret_that_goes_over_lines_is_taken_out_whole(
    width: int,
    is_known: bool,  # noqa: FBT001 (a parameter)
) -> None:
    told = f'{BUSY} with "registrationToken":  "{TOKEN}" and more'
    lines = [told[at : at + width] for at in range(0, len(told), width)]
    clean = Mask().lines(lines, width if is_known else 0)

    assert not any(TOKEN[at : at + 12] in clean for at in range(3, len(TOKEN) - 12))
    assert "Cannot invoke action" in clean


def test_a_stored_log_keeps_its_lines_and_no_secret() -> None:
    text = "".join(f"line {n}\n" if n % 3 else f"Bearer {TOKEN}{n}\n" for n in range(200))
    clean = Mask().document(text)

    assert TOKEN not in clean
    assert clean.count("\n") == text.count("\n")
    assert clean.splitlines()[100] == "line 100"


def test_what_decides_is_not_taken_for_a_secret() -> None:
    for text in (
        "InvalidRegistrationToken : The registration token is malformed.",
        "Cannot bind argument to parameter 'ActivationKey' because it is an empty string.",
        f"Running registration actions on build 1.2311.1.22. Cloud Id: {CLOUD_ID}",
        f"/subscriptions/{CLOUD_ID}/resourceGroups/rg/providers/Microsoft.AzureStack/registrations/a",
    ):
        assert Mask().text(text) == text


def test_e_mail_addresses_go_where_that_is_asked_for() -> None:
    text = framed("Set-AzsRegistration", *warned(f"failed for a.user@contoso.example: {BUSY}"))

    assert "a.user@contoso.example" in as_json(shown(text))
    for form in FORMS:
        assert "contoso.example" not in form(shown(text, redact_emails=True))


def test_a_file_name_is_no_place_for_a_secret_either() -> None:
    assert TOKEN not in as_json(of(text_source(f"{TOKEN}.log", BUSY)))
