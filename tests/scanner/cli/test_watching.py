"""What a live collection shows while it runs, and the lines about who did not answer."""

from __future__ import annotations

import io

from rich.console import Console

from stampcheck.cli.console import Talk
from stampcheck.cli.watching import Watching
from stampcheck.collect.asking import Ask
from stampcheck.document import Document
from stampcheck.model import Reason

SUBSCRIPTION = "0b2a1c3d-1111-4000-8000-0000000000{:02}"
LONG = "a-stamp-with-a-very-long-name-" + SUBSCRIPTION.format(1)


def of_stamp(name: str, kind: str = "endpoints") -> Ask:
    return Ask(wire=f"stamp:{name}", kind=kind, path=f"/{kind}", label="x", owner=name)


def of_azure(number: int, kind: str = "locks") -> Ask:
    subscription = SUBSCRIPTION.format(number)
    label = f"azure/{subscription}/{kind}.json"
    return Ask(wire="azure:AzureCloud:audit", kind=kind, path=f"/{subscription}", label=label)


def answer(kind: str = "endpoints") -> Document:
    return Document(kind=kind, label="x", status=200)


def refusal(detail: str, kind: str = "endpoints") -> Document:
    return Document(kind=kind, label="x", reason=Reason.UNREACHABLE, detail=detail)


class Seen:
    """A watcher with a console of its own."""

    def __init__(self, width: int = 100, height: int = 40) -> None:
        talk = Talk()
        self.file = io.StringIO()
        talk.console = Console(file=self.file, width=width, height=height)
        self.watching = Watching(talk)
        self.console = talk.console

    def picture(self) -> list[str]:
        """The lines that are shown, without the blanks at their ends."""
        self.file.truncate(self.file.seek(0))
        self.console.print(self.watching.picture())
        return [line.rstrip() for line in self.file.getvalue().splitlines()]

    def troubles(self) -> list[str]:
        """The lines about who did not answer."""
        self.console.width = 2000
        self.file.truncate(self.file.seek(0))
        self.watching.say_troubles()
        return self.file.getvalue().splitlines()

    def refuse(self, name: str, detail: str, kind: str = "endpoints") -> None:
        """A stamp that was asked and did not answer."""
        ask = of_stamp(name, kind)
        self.watching.asked(ask)
        self.watching.answered(ask, [refusal(detail, kind)])

    def settle(self, name: str) -> None:
        """A stamp that was asked and answered."""
        ask = of_stamp(name)
        self.watching.asked(ask)
        self.watching.answered(ask, [answer()])


def test_the_heading_holds_bar_and_counts_on_a_line_of_its_own() -> None:
    seen = Seen()
    seen.settle("ams")
    seen.watching.asked(of_stamp("ams", "activation"))
    heading, *rows = seen.picture()

    assert heading.startswith("Collecting  1 of 2 answers  ")
    assert "\u2501" in heading
    assert not any("\u2501" in row for row in rows)
    assert any("ams" in row and "asking activation" in row for row in rows)


def test_a_stamp_that_nothing_came_of_yet_waits() -> None:
    seen = Seen()
    seen.watching.asked(of_stamp("ams"))

    assert any("ams" in row and "waiting" in row for row in seen.picture())


def test_refusals_come_first_and_finished_stamps_stay() -> None:
    seen = Seen()
    seen.settle("done-1")
    seen.watching.asked(of_stamp("busy-1"))
    seen.refuse("failed-1", "refuses connections")
    rows = seen.picture()[1:]

    assert [row.split()[:2] for row in rows[:1]] == [["x", "failed-1"]]
    assert "1 refused" in rows[0]
    assert rows[1].split()[0] == "busy-1"
    assert "done-1" in rows[2]
    assert "done" in rows[2].replace("done-1", "")
    assert rows[-1] == "2 stamps done, 1 with refusals, 1 to go"


def test_azure_is_one_row_whatever_its_subscriptions() -> None:
    seen = Seen()
    for number in range(8):
        seen.watching.asked(of_azure(number))
    seen.watching.answered(of_azure(0), [answer("locks")])
    seen.watching.asked(of_stamp("ams"))
    text = "\n".join(seen.picture())

    assert text.count("Azure") == 1
    assert "8 subscriptions" in text
    assert "1 of 8 answers" in text
    assert SUBSCRIPTION.format(1) not in text
    assert "0 stamps done, 0 with refusals, 1 to go" in text


def test_the_picture_stays_within_the_terminal() -> None:
    for width, height in ((100, 24), (50, 24), (50, 8)):
        seen = Seen(width, height)
        for number in range(30):
            seen.refuse(f"{LONG}-{number}", "refuses connections")
            seen.watching.asked(of_stamp(f"busy-{number}", "activation"))
        for number in range(9):
            seen.watching.asked(of_azure(number))
        rows = seen.picture()

        assert len(rows) <= min(17, height - 1), rows
        assert max(map(len, rows)) <= width
        assert any(row.split()[0] == "x" for row in rows[1:])
        assert any("busy-" in row for row in rows)
        assert "30 stamps done" in rows[-1]


def test_a_narrow_terminal_cuts_the_words_of_azure_and_not_the_names() -> None:
    seen = Seen(width=50)
    for number in range(24):
        seen.watching.asked(of_azure(number))
    seen.watching.asked(of_stamp("stamp-s00001"))

    assert any("stamp-s00001 waiting for endpoints" in row for row in seen.picture())


def test_a_row_names_what_is_still_asked() -> None:
    seen = Seen()
    seen.settle("ams")
    for kind in ("activation", "alerts", "usage-records"):
        seen.watching.asked(of_stamp("ams", kind))
    assert "ams asking activation and 2 more" in "\n".join(seen.picture())

    for kind in ("activation", "usage-records"):
        seen.watching.answered(of_stamp("ams", kind), [answer(kind)])
    assert seen.picture()[1].endswith("ams asking alerts")


def test_sentences_that_differ_behind_the_cut_only_by_ids_are_one_line() -> None:
    seen = Seen()
    for number in range(8):
        ask = of_azure(number)
        subscription = SUBSCRIPTION.format(number)
        # The id moves the cut, so that shortened sentences would differ.
        path = f"{'/sub' * (number + 1)}/{subscription}"
        detail = f"the client {'x' * 200} may not read over {path} {'y ' * 150}"
        seen.watching.asked(ask)
        seen.watching.answered(ask, [refusal(detail, "locks")])

    assert len(seen.troubles()) == 1


def test_sentences_that_differ_in_words_stay_apart() -> None:
    seen = Seen()
    seen.refuse("ams", "refuses connections")
    seen.refuse("ber", "did not answer in time")

    assert len(seen.troubles()) == 2


def test_a_line_about_several_stamps_names_no_single_host() -> None:
    seen = Seen()
    seen.refuse("ams", "adminmanagement.ams.contoso.com (10.1.0.4:443) refuses connections")
    seen.refuse("ber", "adminmanagement.ber.contoso.com (10.2.0.4:443) refuses connections")
    seen.refuse("cph", "https://[fd00::7]:30024/x refuses connections")
    seen.refuse("dub", "https://erp-dub:30024/x refuses connections")
    text = "\n".join(seen.troubles())

    assert "contoso" not in text
    assert "10.1" not in text
    assert "ams, ber" in text
    assert "... (...) refuses connections" in text
    assert "erp-dub" not in text


def test_a_line_about_one_stamp_keeps_its_address() -> None:
    seen = Seen()
    seen.refuse("ams", "10.1.0.4:443 refuses connections")
    seen.refuse("ams", "10.1.0.4:443 refuses connections", "activation")

    assert seen.troubles() == [
        "Stamp, ams: endpoints, activation: 10.1.0.4:443 refuses connections"
    ]


def test_permissions_and_statuses_are_told_apart() -> None:
    seen = Seen()
    for kind in ("activations", "alerts"):
        seen.refuse("ams", f"forbidden. This needs Microsoft.AzureBridge.Admin/{kind}/read.")
    for status in (502, 503):
        seen.refuse("ams", f"It failed with status {status}; run again with --resume.")
    text = "\n".join(seen.troubles())

    assert "Admin/activations/read" in text
    assert "Admin/alerts/read" in text
    assert "status 502" in text
    assert "status 503" in text


def test_an_address_that_all_have_in_common_stays() -> None:
    seen = Seen()
    for name in ("ams", "ber"):
        seen.refuse(name, f"stamp {name}: login.contoso.com refused the sign-in within 60 s")

    assert seen.troubles() == [
        "Stamp, ams, ber: endpoints: stamp ...: login.contoso.com refused the sign-in within 60 s"
    ]
