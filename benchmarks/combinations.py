"""How many pairs of parameters and kinds of values generated requests reach, drawn at random and led by ``target``.

Usage: combinations.py [--seeds N]. Prints a table in Markdown; takes some minutes.
"""

import argparse
import statistics
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings, target
from hypothesis import strategies as st
from pixelproof import load_dialect
from pixelproof_conformance.drawing import BACKEND
from pixelproof_conformance.explore import bodies
from pixelproof_conformance.strategies import Combinations, GeneratedRequest, valid_requests
from pixelproof_conformance.subject import Subject, split_files, subjects_of

SUBJECTS = (("openai", "generations", "gpt-image-1"), ("anyfast", "edits", "gpt-image-2"))
LED = (Phase.generate, Phase.target)
AT_RANDOM = (Phase.generate,)


def reached(strategy: st.SearchStrategy[GeneratedRequest], *, number: int, chance: int, led: bool, backend: str) -> int:
    """The pairs that ``number`` examples reach."""
    seen = Combinations()

    def example(request: GeneratedRequest) -> None:
        new = seen.add(request)
        if led:
            target(float(new))

    search: Callable[[], Any] = seed(chance)(
        settings(
            backend=backend,
            max_examples=number,
            deadline=None,
            database=None,
            phases=LED if led else AT_RANDOM,
            suppress_health_check=list(HealthCheck),
        )(given(strategy)(example))
    )
    search()
    return len(seen)


def mean_of(
    strategy: st.SearchStrategy[GeneratedRequest], *, number: int, seeds: int, led: bool, backend: str
) -> float:
    """The mean of :func:`reached` over seeds from 0 on."""
    return statistics.mean(
        reached(strategy, number=number, chance=chance, led=led, backend=backend) for chance in range(seeds)
    )


def of_a_run(subject: Subject) -> st.SearchStrategy[GeneratedRequest]:
    """What a run draws, wrong requests included."""
    return bodies(subject).map(lambda body: GeneratedRequest(subject, *split_files(body)))


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=6)
    seeds = parser.parse_args().seeds
    print("| Requests of | Number | Drawn as in a run | Hypothesis's own | led by target |")
    print("|---|---|---|---|---|")
    for name, operation, model in SUBJECTS:
        dialect = load_dialect(name)
        subject = subjects_of(dialect, dialect.operation(operation), (model,))[0]
        public = valid_requests(name, operation, model=model)
        for title, strategy, numbers in (
            ("a run", of_a_run(subject), (20, 100)),
            ("`valid_requests`", public, (100, 300)),
        ):
            for number in numbers:
                ways = [(BACKEND, False), ("hypothesis", False), ("hypothesis", True)]
                if title != "a run":
                    ways = ways[1:]
                cells = [
                    f"{mean_of(strategy, number=number, seeds=seeds, led=led, backend=backend):.0f}"
                    for backend, led in ways
                ]
                cells = ["-"] * (3 - len(cells)) + cells
                print(f"| {title}, {name}, {operation}, {model} | {number} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
