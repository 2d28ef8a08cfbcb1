"""What identifies nobody, because it is the same everywhere: names that Microsoft gave, built-in
roles, public hosts, the words of file names.
"""

from __future__ import annotations

import re
from typing import Final

from stampcheck.document import KINDS

GUIDS: Final = frozenset(
    (
        "00000000000000000000000000000000",
        # Azure Stack Registration Owner, Owner, Contributor, Reader, User Access Administrator.
        "6f12a6dfdd064f3ebcb1ce8be600526a",
        "8e3af657a8ff443ca75c2fe8c4bcb635",
        "b24988ac618042a0ab8820f7382dd24c",
        "acdd72a7338548efbd42f606fba81ae7",
        "18d7d88dd35e4fb5a5c37773c20a72d9",
        # Azure PowerShell and Azure CLI as clients.
        "1950a258227b4e31a9cf717495945fc2",
        "04b077958ddb461abbee02f9e1bf7b46",
    )
)
"""Without dashes, lower case."""

NAMES: Final = frozenset(
    (
        *("azurestack", "azurestack-activation", "azurestackregistration", "default"),
        *("registrationresourcelock", "default provider subscription", "global", "local"),
        *("azurestack.external", "local.azurestack.external", "inventory", "(unclaimed)"),
        *("azurecloud", "azureusgovernment", "azurechinacloud", "azuregermancloud", "customcloud"),
        *("owner", "contributor", "reader", "user access administrator", "registration reader"),
        *("azure stack registration owner", "system", "none", "yes", "no", "azure", "files"),
        *("read", "write", "delete", "action", "register", "products", "listproducts"),
        *("azure stack activation", "[redacted]", "microsoft", "azurestackhub"),
        *("resourceowner", "service administrator", "coadministrator", "public"),
    )
)
"""Names in lower case that everybody's evidence may hold."""

_SUFFIXES: Final = (
    *("azure.com", "azure.us", "azure.cn", "azure.net", "windows.net", "microsoft.com"),
    *("microsoftonline.com", "microsoftonline.us", "microsoftonline.cn", "microsoft.us"),
    *("chinacloudapi.cn", "usgovcloudapi.net", "cloudapi.de", "microsoftazure.de", "live.com"),
    *(
        "azurestack.external",
        "powershellgallery.com",
        "github.com",
        "aka.ms",
        "githubusercontent.com",
    ),
    *("w3.org", "xmlsoap.org"),
)
SERVICES: Final = frozenset(
    (
        *("adminmanagement", "management", "adminportal", "portal", "adfs", "graph", "login"),
        *("adminvault", "vault", "blob", "table", "queue", "gallery", "admingallery", "api", "www"),
        *("adminapi", "hosting", "adminhosting", "sts", "ercs", "pep"),
    )
)
"""Labels that the services of a stamp bear in front of region and domain."""

_WORDS: Final = frozenset(
    (
        *(word for kind in KINDS for word in kind.split("-")),
        *("accounts", "account", "registrations", "subscriptions", "providers", "stampinfo", "az"),
        *("azure", "stampinformation", "unrecognised", "error", "errors", "answer", "page", "list"),
        *("assignments", "definitions", "show", "export", "inventory", "get", "azs", "pep", "all"),
        *("management", "groups", "group", "scale", "unit", "units", "nodes", "probe", "documents"),
        *(
            "json",
            "jsonl",
            "txt",
            "log",
            "csv",
            "xml",
            "clixml",
            "toml",
            "zip",
            "md",
            "html",
            "xlsx",
        ),
        *(
            "baseline",
            "report",
            "findings",
            "scan",
            "stamps",
            "causes",
            "rules",
            "manifest",
            "journal",
        ),
        *("sarif", "junit", "results", "ocsf", "bundle", "evidence", "stamp", "live"),
    )
)
_PARTS: Final = re.compile(r"[a-z]+|\d+|[^a-z\d._#-]")


def is_public_host(host: str) -> bool:
    """Whether a lower-case host is Microsoft's or nobody's."""
    return host == "localhost" or any(
        host == suffix or host.endswith("." + suffix) for suffix in _SUFFIXES
    )


def is_plain_file_name(name: str) -> bool:
    """Whether a file name says no more than the kind of its content."""
    parts = _PARTS.findall(name.lower())
    return all(part in _WORDS or (part.isdigit() and len(part) <= 3) for part in parts)
