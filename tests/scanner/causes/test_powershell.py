"""The laws of printed PowerShell: it parses, it is complete, and it lacks the known mistakes."""

import re
from collections.abc import Iterator

import msgspec
import pytest
import tree_sitter_powershell
from tree_sitter import Language, Node, Parser

from stampcheck.causes.catalogue import load
from stampcheck.causes.runbook import PLACEHOLDERS, fill
from stampcheck.model import Runbook

PARSER = Parser(Language(tree_sitter_powershell.language()))
RUNBOOKS = load().runbooks

PEP = {"PrivilegedEndpointCredential", "PrivilegedEndpoint"}
PLACE = {"ResourceGroupName", "RegistrationName"}
RESOURCE = {"ResourceGroupName", "ResourceType", "ResourceName"}

# What the article's reference and samples document of RegisterWithAzure.psm1, and for the
# cmdlets that it only shows in samples the parameters of the module itself.
REGISTRATION = {
    "Set-AzsRegistration": PEP
    | PLACE
    | {
        "AzureContext",
        "ResourceGroupLocation",
        "BillingModel",
        "MarketplaceSyndicationEnabled",
        "UsageReportingEnabled",
        "AgreementNumber",
        "MsAssetTag",
    },
    "Remove-AzsRegistration": PEP | PLACE | {"AzureContext"},
    "Get-AzsRegistrationToken": PEP
    | {"BillingModel", "TokenOutputFilePath", "UsageReportingEnabled", "AgreementNumber"},
    "Register-AzsEnvironment": PLACE
    | {"RegistrationToken", "AzureContext", "ResourceGroupLocation"},
    "UnRegister-AzsEnvironment": PLACE | {"AzureContext"},
    "Get-AzsActivationKey": PLACE | {"AzureContext", "KeyOutputFilePath"},
    "New-AzsActivationResource": PEP | {"ActivationKey"},
    "Remove-AzsActivationResource": PEP,
}
# The parameters without which a command would ask, or would fall back on a default group or name.
REQUIRED = {
    "Set-AzsRegistration": PEP | PLACE | {"BillingModel", "ResourceGroupLocation"},
    "Remove-AzsRegistration": PEP | PLACE,
    "Get-AzsRegistrationToken": REGISTRATION["Get-AzsRegistrationToken"] - {"AgreementNumber"},
    "Register-AzsEnvironment": PLACE | {"RegistrationToken", "ResourceGroupLocation"},
    "UnRegister-AzsEnvironment": PLACE,
    "Get-AzsActivationKey": PLACE | {"KeyOutputFilePath"},
    "New-AzsActivationResource": PEP | {"ActivationKey"},
    "Remove-AzsActivationResource": PEP,
}
AZURE = {
    "Add-{}Environment": {"Name", "ArmEndpoint"},
    "Connect-{}Account": {"Environment"},
    "Get-{}Context": set[str](),
    "Get-{}Resource": RESOURCE | {"ResourceId", "ExpandProperties"},
    "Get-{}ResourceGroup": {"Name"},
    "Get-{}ResourceLock": RESOURCE,
    "Get-{}ResourceProvider": {"ProviderNamespace"},
    "Get-{}ADServicePrincipal": {"ObjectId"},
    "Get-{}Location": set[str](),
    "Get-{}RoleAssignment": {"ObjectId", "Scope"},
    "Get-{}Subscription": {"SubscriptionId"},
    "Move-{}Resource": {"ResourceId", "DestinationResourceGroupName", "Force"},
    "New-{}ResourceLock": RESOURCE | {"LockName", "LockLevel", "LockNotes", "Force"},
    "New-{}RoleAssignment": {"ObjectId", "RoleDefinitionId", "Scope"},
    "Register-{}ResourceProvider": {"ProviderNamespace"},
    "Remove-{}ResourceLock": RESOURCE | {"LockName", "Force"},
    "Select-{}Subscription": {"Subscription"},
    "Set-{}ResourceLock": RESOURCE | {"LockName", "LockLevel", "LockNotes", "Force"},
}
SHELL = {
    "ConvertTo-Json": {"InputObject", "Depth"},
    "Expand-Archive": {"Path", "DestinationPath", "Force"},
    "Format-List": set[str](),
    "Get-AzsAzureBridgeActivation": {"Name", "ResourceGroupName"},
    "Get-AzureStackStampInformation": set[str](),
    "Get-ChildItem": {"Path", "Recurse"},
    "Get-Content": {"Path"},
    "Get-Credential": {"Message"},
    "Get-Date": set[str](),
    "Get-ExecutionPolicy": {"List"},
    "Get-Module": {"Name", "ListAvailable"},
    "Import-Module": set[str](),
    "Install-Module": {"Name", "RequiredVersion", "Force"},
    "Invoke-Command": {"Session", "ScriptBlock"},
    "Invoke-WebRequest": {"Uri", "OutFile"},
    "New-PSSession": {"ComputerName", "ConfigurationName", "Credential", "SessionOption"},
    "New-PSSessionOption": {"Culture", "UICulture"},
    "Remove-Item": {"Path"},
    "Remove-PSSession": {"Session"},
    "Set-Content": {"Path", "Encoding"},
    "Set-ExecutionPolicy": {"ExecutionPolicy", "Scope", "Force"},
    "Set-Item": {"Path", "Value", "Concatenate", "Force"},
    "Set-Location": {"Path"},
    "Test-AzureStack": set[str](),
    "Test-NetConnection": {"ComputerName", "Port"},
    "Unblock-File": set[str](),
    "Uninstall-Module": {"Force"},
}
FAMILIES = {
    "Az": {
        **{name.format("Az"): parameters for name, parameters in AZURE.items()},
        "Connect-AzAccount": {"Environment", "Tenant"},
        "Disconnect-AzAccount": {"Scope"},
        "Install-AzProfile": {"Profile", "Force"},
    },
    "AzureRM": {
        **{name.format("AzureRm"): parameters for name, parameters in AZURE.items()},
        "Connect-AzureRmAccount": {"Environment", "TenantId"},
        "Remove-AzureRmAccount": {"Scope"},
        "Use-AzureRmProfile": {"Profile", "Force"},
    },
}
# What needs no sign-in: it signs out, installs, or only shows who is signed in.
SIGNED_OUT = {
    "Disconnect-AzAccount",
    "Get-AzContext",
    "Get-AzureRmContext",
    "Install-AzProfile",
    "Remove-AzureRmAccount",
    "Use-AzureRmProfile",
}
ALLOWED = {**REGISTRATION, **SHELL, **FAMILIES["Az"], **FAMILIES["AzureRM"]}

BLOCKS = [
    pytest.param(runbook, number, id=f"{runbook.id}-{number}")
    for runbook in RUNBOOKS.values()
    for number, step in enumerate(runbook.steps)
    if step.powershell
]
MISTAKES = {
    "an unquoted path that begins with a variable": r"(?<!\")\$env:\w+\\",
    "a parameter that lost its argument": r"-PrivilegedEndpointCredential\s+-",
    "two dashes before a parameter": r"(?<!\S)--\w",
    "a cmdlet glued to its parameter": r"[A-Z][a-z]+-[A-Za-z]+-[A-Z]",
    "a language mode that PowerShell does not know": r"FullLanguageMode",
    "a search by Cloud ID, which finds nothing": r"-CloudId\b",
    "an angle bracket left over from a sample": r"(?<!'<FILL: )<(?!FILL: )",
    "a line that is meant to go on but does not say so": r"[^`\n]\n\s+-",
    "a space after the mark that continues a line": r"` +(?:\n|$)",
    "a mark that continues a line that does not follow": r"`\n(?!\s+-)|`$",
    "an alias or a shortened name": r"(?m)^\s*(?:gc|ipmo|sls|iex|Invoke-Expression|Run:)",
    "a secret in clear text": r"AsPlainText|ConvertTo-SecureString|-Password|NetworkCredential",
    "a value between double quotes": r'"',
}


def powershell(runbook: Runbook, number: int, *, known: bool) -> str:
    """The PowerShell of a step, with every value or with none."""
    step = runbook.steps[number]
    values = dict.fromkeys(PLACEHOLDERS, "'o''brien; $(x)'") if known else {}
    if known and step.billing == "Capacity":
        values["billing_model"] = "'Capacity'"
    alone = msgspec.structs.replace(runbook, steps=(step,))
    return fill(alone, values, modules="").steps[0].powershell


def nodes(node: Node) -> Iterator[Node]:
    """A node and everything below it, in the order of the text."""
    yield node
    for child in node.children:
        yield from nodes(child)


def text_of(node: Node | None) -> str:
    """The text that a node stands for."""
    assert node is not None
    assert node.text is not None
    return node.text.decode()


def commands(source: str) -> Iterator[tuple[str, list[str]]]:
    """The commands of a block, each with the names of its parameters."""
    tree = PARSER.parse(source.encode())
    for command in (node for node in nodes(tree.root_node) if node.type == "command"):
        elements = command.child_by_field_name("command_elements")
        own = elements.children if elements else []
        names = [text_of(node) for node in own if node.type == "command_parameter"]
        yield (
            text_of(command.child_by_field_name("command_name")),
            [name.strip("-:") for name in names],
        )


@pytest.mark.parametrize(("runbook", "number"), BLOCKS)
@pytest.mark.parametrize("known", [True, False])
def test_every_block_parses_filled_or_not(runbook: Runbook, number: int, *, known: bool) -> None:
    source = powershell(runbook, number, known=known)
    root = PARSER.parse(source.encode()).root_node
    assert not root.has_error
    assert not any(node.is_missing for node in nodes(root))


@pytest.mark.parametrize(("runbook", "number"), BLOCKS)
def test_every_cmdlet_and_parameter_is_one_that_exists(runbook: Runbook, number: int) -> None:
    found = list(commands(powershell(runbook, number, known=True)))
    assert found or runbook.steps[number].powershell.startswith("$ExecutionContext")
    for name, parameters in found:
        assert name in ALLOWED
        assert set(parameters) <= ALLOWED[name], name
        assert len(set(parameters)) == len(parameters), name


@pytest.mark.parametrize(("runbook", "number"), BLOCKS)
def test_a_registration_command_has_all_that_it_needs(runbook: Runbook, number: int) -> None:
    for name, parameters in commands(powershell(runbook, number, known=True)):
        assert REQUIRED.get(name, set()) <= set(parameters), name


@pytest.mark.parametrize(("runbook", "number"), BLOCKS)
def test_a_variant_uses_its_own_module_family_only(runbook: Runbook, number: int) -> None:
    family = runbook.steps[number].modules
    names = {name for name, _ in commands(powershell(runbook, number, known=True))}
    for other in FAMILIES.keys() - {family}:
        assert not names & FAMILIES[other].keys()
    assert not family or names & FAMILIES[family].keys()


@pytest.mark.parametrize(("runbook", "number"), BLOCKS)
@pytest.mark.parametrize("mistake", MISTAKES)
def test_no_mistake_of_published_samples_is_repeated(
    runbook: Runbook, number: int, mistake: str
) -> None:
    assert not re.search(MISTAKES[mistake], powershell(runbook, number, known=False))


def test_the_mistakes_are_found_in_the_samples_that_make_them() -> None:
    samples = {
        "an unquoted path that begins with a variable": r"$f = $env:SystemDrive\Token.txt",
        "a parameter that lost its argument": "-PrivilegedEndpointCredential -BillingModel x",
        "two dashes before a parameter": "Set-AzsRegistration --ResourceGroupName x",
        "a cmdlet glued to its parameter": "Remove-AzureRmAccount-Scope Process",
        "a line that is meant to go on but does not say so": "Set-X `\n  -A b\n  -C d",
        "a space after the mark that continues a line": "Set-X ` \n  -A b",
        "a mark that continues a line that does not follow": "Set-X `\nGet-Y",
    }
    assert all(re.search(MISTAKES[mistake], sample) for mistake, sample in samples.items())


@pytest.mark.parametrize(("runbook", "number"), BLOCKS)
def test_a_credential_is_asked_for_and_a_number_is_never_written(
    runbook: Runbook, number: int
) -> None:
    source = runbook.steps[number].powershell
    credentials = re.findall(r"Credential (?!-)(\S+)", source)
    assert set(credentials) <= {"$CloudAdmin"}
    assert re.findall(r"\$CloudAdmin = (\S+)", source) in ([], ["Get-Credential"])
    assert set(re.findall(r"-AgreementNumber (\S+)", source)) <= {"{{agreement_number}}"}


@pytest.mark.parametrize(("runbook", "number"), BLOCKS)
def test_capacity_is_registered_with_its_agreement_and_without_usage_reporting(
    runbook: Runbook, number: int
) -> None:
    source = runbook.steps[number].powershell
    is_capacity = "-BillingModel Capacity" in source
    assert is_capacity == ("-AgreementNumber {{agreement_number}}" in source)
    assert "-UsageReportingEnabled:$false" in source or not is_capacity


@pytest.mark.parametrize("connection", ["connected", "disconnected"])
@pytest.mark.parametrize("model", ["'Capacity'", "'Custom'"])
@pytest.mark.parametrize("runbook", RUNBOOKS.values(), ids=lambda runbook: runbook.id)
def test_a_variable_is_set_before_it_is_used(runbook: Runbook, connection: str, model: str) -> None:
    values = {**dict.fromkeys(PLACEHOLDERS, "'x'"), "billing_model": model}
    filled = fill(runbook, values, connection=connection)
    known = {"$false", "$true", "$ExecutionContext"}
    for step in filled.steps:
        for line in step.powershell.splitlines():
            left, equals, right = line.partition(" = ")
            used = re.findall(r"\$\w+", right if equals else line)
            assert set(used) <= known, line
            known |= {left} if equals else set()


@pytest.mark.parametrize("runbook", RUNBOOKS.values(), ids=lambda runbook: runbook.id)
@pytest.mark.parametrize("modules", ["Az", "AzureRM"])
def test_azure_is_signed_in_to_before_it_is_used(runbook: Runbook, modules: str) -> None:
    for connection in ("connected", "disconnected"):
        filled = fill(runbook, {}, connection=connection, modules=modules)
        names = [name for step in filled.steps for name, _ in commands(step.powershell)]
        online = FAMILIES[modules].keys() - SIGNED_OUT | {
            name for name in REGISTRATION if "AzureContext" in REGISTRATION[name]
        }
        first = next((name for name in names if name in online), "")
        assert not first or first.startswith(("Connect-", "Add-"))
