"""How large the page of a big run is, and how long a browser takes to open it.

Start it with ``uv run python benchmarks/report_page.py``. It needs Chromium on the path. Times are those of the clock,
so they say little on a machine that does other work as well.
"""

import random
import shutil
import statistics
import sys
import tempfile
import time
from base64 import b64encode
from pathlib import Path

from pixelproof import Requirement, load_dialect
from pixelproof_conformance.report.html import as_html
from pixelproof_conformance.reported import Counts, Evidence, Failure, Picture, Report, Result

MODELS = ("model-a", "model-b", "model-c", "model-d", "model-e")
REQUIREMENTS, FAILURES, ROUNDS = 300, 200, 5
DRAWN = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


def main() -> int:
    """Prints the figures; the exit status is 1 without a browser."""
    started = time.perf_counter()
    page = as_html(big_run())
    print(f"{REQUIREMENTS * len(MODELS)} results, {FAILURES} failures: {len(page.encode()) / 1e6:.1f} MB")
    print(f"written in {time.perf_counter() - started:.2f} s")
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        print("no Chromium on the path: not opened", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "report.html"
        file.write_text(page, encoding="utf-8")
        times = opening_times(file, browser)
    print(f"opened and drawn in {statistics.median(times):.2f} s ({min(times):.2f} to {max(times):.2f})")
    return 0


def opening_times(file: Path, browser: str) -> list[float]:
    """Seconds from the address to a page that is loaded and drawn, each time in a new tab."""
    from playwright.sync_api import sync_playwright

    times = []
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        for _ in range(ROUNDS):
            tab = chromium.new_page(viewport={"width": 1440, "height": 900})
            started = time.perf_counter()
            tab.goto(file.as_uri(), wait_until="load")
            tab.evaluate(DRAWN)
            times.append(time.perf_counter() - started)
            tab.close()
        chromium.close()
    return times


def big_run() -> Report:
    """A run of five thousand exchanges; every failure has two pictures of noise, a long answer and long commands."""
    known = [entry for entry in load_dialect("openai").requirements.values() if entry.checkable]
    results = []
    for number in range(REQUIREMENTS):
        entry = known[number % len(known)]
        entry = entry._replace(id=f"{entry.id}-{number // len(known)}")
        for model in MODELS:
            failed = model == MODELS[0] and number < FAILURES
            results.append(_result(entry, model, failed=failed, number=number))
    return Report(
        tool="pixelproof",
        version="0",
        dialect="openai",
        document="openai.txt",
        url="https://images.example/v1",
        started="2026-01-01T00:00:00Z",
        finished="2026-01-01T03:00:00Z",
        configuration={"seed": 1},
        command="pixelproof run https://images.example/v1 --dialect openai",
        counts=Counts(requests=5000, images=900),
        results=tuple(results),
    )


def _result(entry: Requirement, model: str, *, failed: bool, number: int) -> Result:
    return Result(
        requirement=entry.id,
        operation=entry.operation,
        model=model,
        outcome="fail" if failed else "pass",
        says=entry.says,
        source=entry.source,
        severity=entry.severity,
        word=entry.outcome,
        checks=3,
        failures=(_failure(entry, model, number),) if failed else (),
        on=entry.on,
        parameter=entry.parameter,
    )


def _failure(entry: Requirement, model: str, number: int) -> Failure:
    noise = b64encode(random.Random(number).randbytes(5600)).decode()
    pictures = tuple(
        Picture(f"data[{index}].b64_json", 512, 512, "jpeg", "none", 90_000, f"data:image/jpeg;base64,{noise}")
        for index in range(2)
    )
    images = [{"b64_json": "/9j/4AAQ… (120,000 characters)", "revised_prompt": "a red square " * 25}] * 10
    return Failure(
        identity=f"{entry.id} {entry.operation} {model} {entry.parameter}",
        outcome="fail",
        message="The picture has another size than was asked for.",
        case=f"{entry.operation}/{model}/accept/{number}",
        parameter="data[0].b64_json",
        expected="1024x1024",
        actual="512x512",
        hint=entry.hint,
        seen=3,
        request={"model": model, "prompt": "A red square on a white ground", "size": "1024x1024", "n": 10},
        status=200,
        answer='{"created": 1, "data": [',
        curl="curl -sS https://images.example/v1/images/generations " + "x" * 3000,
        python="import httpx\n" + "# a line of the program\n" * 120,
        evidence=Evidence(
            url="https://images.example/v1/images/generations",
            content_type="application/json",
            seconds=9.5,
            headers={"content-type": "application/json", "x-request-id": f"req_{number}"},
            body={"created": 1, "data": images, "usage": {"input_tokens": 12, "output_tokens": 4160}},
            body_bytes=1_200_000,
            asked={"size": "1024x1024", "n": "10"},
            pictures=pictures,
        ),
    )


if __name__ == "__main__":
    sys.exit(main())
