"""The laws of signatures: each matches its samples and no other cause's, in linear time."""

import re

import msgspec
import pytest

from stampcheck.causes import signature as law
from stampcheck.causes.catalogue import load
from stampcheck.diagnose.signatures import match
from stampcheck.diagnose.stages import STAGES
from stampcheck.errors import RunError
from stampcheck.model import Cause, Likelihood, Neighbour, Signature

CAUSES = load().causes
ALL = [
    pytest.param(cause, one, id=f"{cause.id}-{number}")
    for cause in CAUSES.values()
    for number, one in enumerate(cause.signatures)
]
SEEN = [(cause, one) for cause in CAUSES.values() for one in cause.signatures]
REFERENCE = re.compile(
    r"https://(?:learn\.microsoft\.com|github\.com|gist\.github\.com)/[\w./-]+, read 2026-\d\d-\d\d"
)
# One text, two causes: the place where it stands tells them apart.
SHARED = {
    frozenset(("registration-token-damaged", "tools-or-modules-outdated")),
    frozenset(("activation-step-missing", "disconnected-notice")),
    frozenset(("azure-unreachable", "azure-unreachable-from-stamp")),
}
GUID = "0f1e2d3c-4b5a-4968-8776-a5b4c3d2e1f0"
# The documented and fixed strings of other programs, and the cause that each shows.
DOCUMENTED = [
    ("Could not retrieve mandatory hardware info for N1", "host-unreachable-for-hardware-details"),
    ("Cannot connect to N1 to get hardware info", "host-unreachable-for-hardware-details"),
    (f"Cloud identifier [{GUID}] is already registered.", "cloud-id-already-registered"),
    ("CloudIdUpdateNotAllowed", "registration-name-not-unique"),
    (
        "The registration 'a' is already associated with another Cloud identifier.",
        "registration-name-not-unique",
    ),
    ("Usage alert: Unauthorized. Azure Stack", "registration-not-accessible"),
    (
        "You'll need to register and activate before you can start syndicating",
        "disconnected-notice",
    ),
    (
        (
            "AuthorizationFailed : x does not have authorization to perform action "
            f"'Microsoft.AzureStack/registrations/write' over scope '/subscriptions/{GUID}'"
        ),
        "registering-account-not-owner",
    ),
    ("Authorization_RequestDenied", "account-may-not-create-applications"),
    (
        "Insufficient privileges to complete the operation.",
        "account-may-not-create-applications",
    ),
    (
        "User must be an owner of the subscription to be used for registration.",
        "registering-account-not-owner",
    ),
    ("Current Azure context is not currently set.", "azure-context-not-set"),
    ("AzureContextNotSet", "azure-context-not-set"),
    (
        f"Token not found for tenant id {GUID} and resource https://management.azure.com/.",
        "wrong-azure-context",
    ),
    (f"Provided subscription {GUID} does not exist", "wrong-azure-context"),
    (
        (
            "Cannot convert 'System.Object[]' to the type 'System.String' required by parameter "
            "'SubscriptionId'."
        ),
        "wrong-azure-context",
    ),
    ("Token cache is empty", "token-cache-empty"),
    ("AADSTS50034", "account-not-in-directory"),
    ("AADSTS50076", "second-factor-required"),
    ("AADSTS50079", "second-factor-required"),
    ("AADSTS50055", "password-expired"),
    ("unknown_user_type: Unknown User Type", "wrong-cloud-environment"),
    ("MethodInvocationNotSupportedInConstrainedLanguage", "language-mode-restricted"),
    (
        "Agreement number is null or empty when BillingModel is set to Capacity",
        "agreement-number-missing",
    ),
    ("ErrorCode: MissingMsAssetTag.", "asset-tag-missing"),
    (
        "Custom BillingModel is not supported for StampVersion less than 1.2002.0.35",
        "custom-billing-on-old-stamp",
    ),
    ("ErrorCode: UnknownResourceGroupLocation.", "location-not-available"),
    (
        "InvalidRegistrationToken : The registration token is malformed.",
        "tools-or-modules-outdated",
    ),
    (
        "A parameter cannot be found that matches parameter name 'MsAssetTag'.",
        "tools-or-modules-outdated",
    ),
    (
        "InvalidRegistrationToken : BillingModel Capacity is not supported",
        "billing-model-not-approved",
    ),
    (
        f"Cannot invoke action plan because another action is in progress: {GUID}",
        "another-operation-in-progress",
    ),
    ("Action plan execution failed. Error: Execution timeout", "stamp-operation-timed-out"),
    (
        "Cannot bind argument to parameter 'ActivationKey' because it is an empty string.",
        "activation-key-not-retrieved",
    ),
    ("Retrieval of activation key failed", "activation-key-not-retrieved"),
    (
        f"Registration resource with matching CloudId property {GUID} was not found.",
        "registration-not-found",
    ),
    (
        "The registration resource found does not correlate the current environment's Cloud-Id.",
        "registration-not-found",
    ),
    (
        "Registration resource not found in Azure with the provided parameters.",
        "registration-not-found",
    ),
    ("RegistrationNotFound", "registration-not-found"),
    ("ScopeLocked", "lock-blocks-move-or-deletion"),
    ("MissingSubscriptionRegistration", "provider-not-registered"),
    *(
        (code, "tenant-registration-refused")
        for code in (
            "UnauthorizedCspRegistration",
            "CustomerSubscriptionsNotAllowed",
            "BadCustomerSubscriptionId",
            "InvalidCustomerSubscriptionId",
            "CustomerSubscriptionNotFound",
            "InvalidCSPSubscription",
        )
    ),
    ("MetadataResolverBadGatewayError", "azure-service-fault"),
    (
        "The term 'Connect-AzureRmAccount' is not recognized",
        "powershell-modules-mixed-or-missing",
    ),
    (
        'Error in TypeData "Microsoft.Azure.A": The member B is already present.',
        "powershell-modules-mixed-or-missing",
    ),
    (
        "Method 'a' in type 'B.C' from assembly 'D, Version=1.0' does not have an implementation.",
        "powershell-modules-mixed-or-missing",
    ),
    ("Alert: Activation Required", "activation-step-missing"),
    ("Activation Expiring Soon", "renewal-due"),
    ("Azure Stack activation expired. Please reactivate", "registration-not-renewed"),
]


def shown_by(text: str) -> set[str]:
    """The causes that a message shows by itself."""
    return {
        cause.id
        for cause, one in SEEN
        if match(one, text) is not None
        and all(wanted in text for wanted in one.requires)
        and not any(unwanted in text for unwanted in one.excludes)
    }


@pytest.mark.parametrize(("text", "cause"), DOCUMENTED)
def test_what_is_documented_shows_its_cause(text: str, cause: str) -> None:
    assert cause in shown_by(text)


@pytest.mark.parametrize(("cause", "one"), ALL)
def test_a_signature_matches_its_samples_and_its_literal_is_in_each(
    cause: Cause, one: Signature
) -> None:
    assert not list(law.faults(one)), cause.id


@pytest.mark.parametrize(("cause", "one"), ALL)
def test_a_sample_shows_no_other_cause(cause: Cause, one: Signature) -> None:
    for sample in one.samples:
        for other in shown_by(sample) - {cause.id}:
            assert frozenset((cause.id, other)) in SHARED, sample


@pytest.mark.parametrize("pair", SHARED)
def test_causes_that_share_a_text_name_each_other_as_neighbours(pair: frozenset[str]) -> None:
    for one in pair:
        assert pair - {one} <= {neighbour.cause for neighbour in CAUSES[one].neighbours}


@pytest.mark.parametrize(("cause", "one"), ALL)
def test_a_signature_names_where_it_was_seen_and_places_that_exist(
    cause: Cause, one: Signature
) -> None:
    assert REFERENCE.fullmatch(one.reference), cause.id
    assert set(one.stages) <= STAGES.keys()
    assert set(one.sessions) <= {"local", "pep", "azure"}
    assert all(text.strip() for text in (*one.requires, *one.excludes))


@pytest.mark.parametrize(("cause", "one"), ALL)
def test_an_expression_stays_linear_on_a_hostile_line(cause: Cause, one: Signature) -> None:
    """Every repeat is bounded, and a bounded one repeats no other of more than a few signs."""
    bare = re.sub(r"\\.|\[(?:\\.|[^\]\\])+\]", "x", one.pattern)
    assert not re.search(r"[*+]|\{\d+,\}", bare), cause.id
    assert all(int(most) <= 600 for most in re.findall(r"\{\d+,(\d+)\}", bare))
    for inner, outer in re.findall(r"\{\d+,(\d+)\}[^()]{0,9}\)\{\d+,(\d+)\}", bare):
        assert int(inner) * int(outer) <= 600


def test_equal_expressions_are_given_once() -> None:
    once = {(cause.id, one.pattern) for cause, one in SEEN}
    assert len(once) == len(SEEN)


@pytest.mark.parametrize("cause", CAUSES.values(), ids=lambda cause: cause.id)
def test_neighbours_exist_and_name_each_other(cause: Cause) -> None:
    law.check(cause, CAUSES)
    for neighbour in cause.neighbours:
        assert cause.id in {back.cause for back in CAUSES[neighbour.cause].neighbours}
        assert neighbour.difference.endswith(".")
        assert len(neighbour.difference) <= 200


@pytest.mark.parametrize("cause", CAUSES.values(), ids=lambda cause: cause.id)
def test_what_explains_no_rule_is_known_by_its_signatures(cause: Cause) -> None:
    assert cause.explains or cause.signatures


GOOD = Signature("b{1,3}", "b", ("a b c",), Likelihood.LIKELY, "r")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"pattern": "("}, "signatures\\[0\\].pattern: is no regular expression"),
        ({"literal": " "}, "signatures\\[0\\].literal: may not be blank"),
        ({"literal": "z"}, "signatures\\[0\\].literal: 'z' is not in the sample"),
        ({"pattern": "z"}, "signatures\\[0\\].pattern: does not match the sample"),
        ({"samples": ()}, "signatures\\[0\\].samples: needs one"),
    ],
)
def test_a_wrong_signature_is_refused_with_file_and_field(
    wrong: dict[str, object], said: str
) -> None:
    cause = msgspec.structs.replace(
        CAUSES["not-registered"], signatures=(msgspec.structs.replace(GOOD, **wrong),)
    )
    with pytest.raises(RunError, match=f"causes/not-registered.toml: {said}"):
        law.check(cause, CAUSES)


@pytest.mark.parametrize("other", ["nowhere", "not-registered"])
def test_a_neighbour_that_is_no_other_cause_is_refused(other: str) -> None:
    cause = msgspec.structs.replace(
        CAUSES["not-registered"], neighbours=(Neighbour(other, "It differs."),)
    )
    with pytest.raises(RunError, match=r"neighbours\[0\].cause: there is no other cause"):
        law.check(cause, CAUSES)
