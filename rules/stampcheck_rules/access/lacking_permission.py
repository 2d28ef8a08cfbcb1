"""Registering account lacks permission."""

from collections.abc import Iterator

from stampcheck.facts import (
    ACCOUNT_PERMISSIONS,
    CONNECTION,
    REGISTRATION_DUE,
    REGISTRATION_PRESENT,
    AccountPermissions,
    Connection,
    RegistrationDue,
)
from stampcheck.model import (
    Consequence,
    Example,
    Known,
    Missing,
    Outcome,
    Passage,
    RuleInfo,
    Severity,
    Stamp,
    Verdict,
    stamp_rule,
)

_EXPECTED = (
    "registrations/write, roleAssignments/write, locks/write; to register again locks/delete"
)
_SUBSCRIPTION = "0b2a1c3d-1111-4000-8000-000000000001"
_DUE = RegistrationDue(due=True, why="the registration expires on 2026-12-01")
_NOT_DUE = RegistrationDue(
    due=False, why="the stamp is registered, and its activation never expires"
)
_OWNER = AccountPermissions("operator@contoso.com", _SUBSCRIPTION)
_ROLES = "microsoft.authorization/roleassignments/write"
_LOCKS = "microsoft.authorization/locks/write"
_CONTRIBUTOR = AccountPermissions("operator@contoso.com", _SUBSCRIPTION, (_ROLES, _LOCKS))
_EXAMPLES = (
    Example(
        Outcome.FAIL,
        {REGISTRATION_DUE: _DUE, REGISTRATION_PRESENT: True, ACCOUNT_PERMISSIONS: _CONTRIBUTOR},
    ),
    Example(
        Outcome.PASS,
        {REGISTRATION_DUE: _DUE, REGISTRATION_PRESENT: True, ACCOUNT_PERMISSIONS: _OWNER},
    ),
    Example(Outcome.NOT_APPLICABLE, {REGISTRATION_DUE: _NOT_DUE}),
)


@stamp_rule(
    RuleInfo(
        id="AZS-AC-002",
        title="Registering account lacks permission",
        severity=Severity.HIGH,
        rationale=(
            "The registration script writes the registration, a role for its service principal "
            "and a lock, and to register again it first takes the lock away; an account that may "
            "do only some of it leaves the registration half done."
        ),
        needs=(REGISTRATION_DUE, ACCOUNT_PERMISSIONS),
        uses=(REGISTRATION_PRESENT, CONNECTION),
        fails_when=(
            "A registration is due, and the account's roles in the registration's subscription, "
            "those of its groups included, do not allow one of registrations/write, "
            "roleAssignments/write and locks/write, or locks/delete where a registration stands "
            "there."
        ),
        passes_when=(
            "Its roles allow them all, whatever they are called. Whether the account may create "
            "applications in the directory does not show in them."
        ),
        not_applicable_when="No registration or re-registration is due.",
        undetermined_when=(
            "Everything is allowed but locks/delete, and REGISTRATION_PRESENT, which tells "
            "whether a lock would have to be taken away, is not known."
        ),
        causes=("registering-account-not-owner", "account-may-not-create-applications"),
        remediation=(
            "Register with an account that is an owner of the subscription, or give this one a "
            "role that allows the missing actions."
        ),
        consequences=(Consequence.RENEWAL,),
        examples=_EXAMPLES,
        source=(
            "register-azure-stack-hub.md#verify-your-credentials; newer: "
            "azure-stack-registration-role (Azure Stack Hub operator)"
        ),
        reviewed="2026-11-22",
        passages=(
            Passage("verify-your-credentials", "68c065ebaa173ef9"),
            Passage("verify-your-credentials", "16bc7b378461fe97"),
            Passage("verify-your-credentials", "958aca000351e301"),
            Passage("verify-your-credentials", "1e916f22317b7695"),
            Passage("set-azsregistration", "d8102bb6bcb9192c"),
        ),
    )
)
def lacking_permission(stamp: Stamp) -> Iterator[Verdict]:
    """By actions: the article says owner in one place, and owner or contributor in another."""
    due = stamp[REGISTRATION_DUE]
    if not due.due:
        yield Verdict.not_applicable(stamp, message=f"Nobody has to register: {due.why}.")
        return
    account = stamp[ACCOUNT_PERMISSIONS]
    present = stamp.witness(REGISTRATION_PRESENT)
    if account.lacking:
        yield _failed(stamp, account, _again(present, account))
    elif not account.lacking_again:
        yield _passed(stamp, account)
    elif stamp[REGISTRATION_PRESENT]:
        yield _failed(stamp, account, account.lacking_again)
    else:
        yield _passed(stamp, account)


def _again(present: Known[bool] | Missing, account: AccountPermissions) -> tuple[str, ...]:
    """What it lacks besides to register again, where it is known that it would."""
    return account.lacking_again if isinstance(present, Known) and present.value else ()


def _passed(stamp: Stamp, account: AccountPermissions) -> Verdict:
    connection = stamp.witness(CONNECTION)
    cut_off = isinstance(connection, Known) and connection.value is Connection.DISCONNECTED
    unseen = (
        ""
        if cut_off
        else " Whether it may create applications in the directory cannot be seen here."
    )
    return Verdict.passed(
        stamp,
        expected=_EXPECTED,
        actual=f"all, in subscription {account.subscription}",
        message=f"{account.account} may register the stamp.{unseen}",
    )


def _failed(stamp: Stamp, account: AccountPermissions, again: tuple[str, ...]) -> Verdict:
    connection = stamp.witness(CONNECTION)
    connected = isinstance(connection, Known) and connection.value is Connection.CONNECTED
    return Verdict.failed(
        stamp,
        causes=(
            "registering-account-not-owner",
            *(("account-may-not-create-applications",) if connected else ()),
        ),
        expected=_EXPECTED,
        actual="not " + ", ".join((*account.lacking, *again)),
        message=(
            f"{account.account} may not do everything that a registration does in subscription "
            f"{account.subscription}."
        ),
    )
