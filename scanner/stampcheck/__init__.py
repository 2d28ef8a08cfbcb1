"""stampcheck audits the Azure registration of Azure Stack Hub stamps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import os

    from stampcheck.loading import LoadedScan

__all__ = ["__version__", "load_scan"]

__version__: Final = "0.1.0"


def load_scan(path: str | os.PathLike[str]) -> LoadedScan:
    """Open a saved scan: the folder of a run, its ``scan.json``, or a zip of the folder."""
    from stampcheck import loading

    return loading.load_scan(path)
