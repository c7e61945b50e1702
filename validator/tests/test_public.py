"""The public door of the package."""

import ast
import inspect
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, get_type_hints

import pixelproof
import pytest

HEAVY = {
    *("PIL", "asyncio", "dataclasses", "difflib", "email", "hashlib", "httpx", "hypothesis", "inspect", "jsonschema"),
    *("importlib.metadata", "logging", "orjson", "rich", "shutil", "tempfile", "textwrap", "urllib", "yaml"),
}


def modules_after(code: str, tmp_path: Path) -> set[str]:
    """Return what a fresh Python has imported after running the code; its cache is below ``tmp_path``."""
    program = f"import sys\nbefore = set(sys.modules)\n{code}\nprint(*(set(sys.modules) - before))"
    environment = {
        **os.environ,
        "PIXELPROOF_CACHE_DIR": str(tmp_path),
        "PYTHONPATH": str(Path(pixelproof.__file__).parents[1]),
    }
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True, timeout=60
    )
    return set(done.stdout.split())


def test_the_list_of_names_is_complete() -> None:
    """`__all__` names exactly what can be had: the version and every lazy name."""
    assert sorted(pixelproof.__all__) == sorted([*pixelproof._HOMES, "__version__"])
    assert pixelproof.__all__ == sorted(pixelproof.__all__)
    assert dir(pixelproof) == sorted(pixelproof.__all__)


@pytest.mark.parametrize("name", pixelproof.__all__)
def test_every_public_name_exists(name: str) -> None:
    """Each name leads to something, and the second look finds the same."""
    value = getattr(pixelproof, name)
    assert value is getattr(pixelproof, name)


@pytest.mark.parametrize("name", sorted(set(pixelproof.__all__) - {"__version__"}))
def test_every_public_name_is_described(name: str) -> None:
    """Each public class and function has a docstring that ends its first line with a full stop."""
    text = inspect.getdoc(getattr(pixelproof, name))
    assert text
    assert text.split("\n\n")[0].rstrip().endswith((".", ":"))


def test_type_checkers_see_the_same_names() -> None:
    """What type checkers import is what the lazy names lead to."""
    tree = ast.parse(Path(pixelproof.__file__).read_text(encoding="utf-8"))
    imported = {
        alias.name: f"{node.module}".removeprefix("pixelproof.")
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("pixelproof.")
        for alias in node.names
    }
    assert imported == pixelproof._HOMES


@pytest.mark.parametrize("name", ["validate_request", "validate_response", "validate_stream", "load_dialect"])
def test_public_functions_are_typed(name: str) -> None:
    """The hints of the public functions can be evaluated, and each of them has a return type."""
    function = getattr(pixelproof, name)
    assert "return" in get_type_hints(function)
    parameters = inspect.signature(function).parameters.values()
    assert all(parameter.kind is parameter.KEYWORD_ONLY for parameter in list(parameters)[1:])


def test_an_unknown_name_is_refused() -> None:
    """A name that does not exist is the usual error."""
    with pytest.raises(AttributeError, match=r"^module 'pixelproof' has no attribute 'validate_everything'$"):
        pixelproof.validate_everything  # noqa: B018


def test_types_come_with_the_package() -> None:
    """A marker says that the package is typed."""
    assert (Path(pixelproof.__file__).parent / "py.typed").is_file()


def test_importing_loads_no_part(tmp_path: Path) -> None:
    """The parts of the package come with their first use, and nothing else comes with the package."""
    found = modules_after("import pixelproof", tmp_path)
    assert {name for name in found if name.startswith("pixelproof")} == {"pixelproof"}
    assert found.isdisjoint(HEAVY | {"jiter", "jsonschema_rs", "json", "pathlib"})


def test_a_valid_request_needs_nothing_heavy(tmp_path: Path) -> None:
    """With a warm cache, a verdict on a request needs no YAML, no Pillow and no other slow import."""
    code = (
        "import pixelproof\n"
        'body = b\'{"model": "gpt-image-1", "prompt": "A fox", "n": 11}\'\n'
        "pixelproof.validate_request(body, dialect='openai')"
    )
    assert "yaml" in modules_after(code, tmp_path)
    found = modules_after(code, tmp_path)
    assert "jsonschema_rs" in found
    assert (found - modules_after("import jiter, jsonschema_rs", tmp_path)) & HEAVY == set()


def test_the_three_functions_take_a_name_or_a_dialect() -> None:
    """A dialect that is loaded already gives the same verdicts as its name."""
    openai = pixelproof.load_dialect("openai")
    body = {"prompt": "A fox", "n": 0}
    answer = {"created": "now"}
    dialects: list[Any] = ["openai", openai]
    by_name, by_object = [
        (
            pixelproof.validate_request(body, dialect=dialect),
            pixelproof.validate_response(answer, request=body, dialect=dialect, operation="generations"),
            pixelproof.validate_stream([], dialect=dialect, content_type="text/plain"),
        )
        for dialect in dialects
    ]
    assert by_name == by_object
    assert [verdict.verdict for verdict in by_name] == ["invalid", "invalid", "invalid"]


def test_a_wrong_call_is_a_usage_error() -> None:
    """An unknown dialect or operation is an error that a user can read, with the exit status of wrong usage."""
    with pytest.raises(pixelproof.UsageError, match="unknown dialect 'acme'") as caught:
        pixelproof.validate_request({}, dialect="acme")
    assert isinstance(caught.value, pixelproof.PixelproofError)
    assert caught.value.exit_status == 2
    assert pixelproof.TargetError.exit_status == 3
    with pytest.raises(pixelproof.UsageError, match="has no operation 'videos'"):
        pixelproof.validate_request({}, dialect="openai", operation="videos")
