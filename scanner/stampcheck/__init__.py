"""stampcheck audits the Azure registration of Azure Stack Hub stamps."""

from typing import Final

__version__: Final = "0.1.0"
