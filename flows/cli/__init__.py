"""The command line `visitproof`."""

from flows.cli.app import main

__all__ = ["main"]
