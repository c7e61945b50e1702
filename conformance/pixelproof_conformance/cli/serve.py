"""Serves the reference gateway: an honest implementation of the documents, with faults on request."""

import argparse

from pixelproof_conformance.gateway import command


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``pixelproof serve``."""
    command.add_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Serves until ctrl-C."""
    return command.run(arguments)
