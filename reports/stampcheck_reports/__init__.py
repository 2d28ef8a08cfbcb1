"""The report formats that stampcheck brings: each module holds one, as a third party's would."""
