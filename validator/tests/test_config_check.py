import tomllib
from pathlib import Path

import jsonschema
import pytest
from pixelproof import UsageError
from pixelproof._config.check import checked, flaws_of
from pixelproof._config.file import read_settings
from pixelproof._config.find import find_settings
from pixelproof._config.schema import known_schema

GOOD = """\
dialect = "openai"
models = ["gpt-image-1", "dall-e-2"]
account = { vip = true }
max-images = 40
max-cost = 2
rate = 0.5
seed = -1
quiet = false
target = "staging"

[targets.staging]
url = "https://gateway.example/v1"
key-env = "STAGING_KEY"
headers = { X-Team = "images", X-Api-Key = { env = "OTHER_KEY" } }
model-aliases = { "gpt-image-1" = "Deployment-GPT-Image-1-Production-2025" }

[targets.both.dialects.openai]
models = ["dall-e-2"]

[targets.both.dialects.orq]

[validate]
format = "sarif"
operation = "edits"
"""
KEY = "sk-0123456789abcdef0123"


WRONG = [
    ("max-imges = 4", "1: max-imges is not known; did you mean max-images?"),
    ("max_images = 4", "1: max_images is not known; did you mean max-images?"),
    ("model = 'x'", "1: model is not known; did you mean models?"),
    ("\n[targets.a]\nmax-imges = 4", "3: max-imges is not known in [targets.a]; did you mean max-images?"),
    ("models = 'dall-e-2'", '1: models is "dall-e-2"; write a list, for example [...]'),
    ("models = [\n'a',\n3]", "3: models[1] is 3; write a text in quotes"),
    ("max-images = '4'", '1: max-images is "4"; write a whole number'),
    ("max-images = true", "1: max-images is true; write a whole number"),
    ("max-images = 0", "1: max-images is 0; it is at least 1"),
    ("rate = 0", "1: rate is 0; it is more than 0"),
    ("quiet = 1", "1: quiet is 1; write true or false"),
    ("dialect = ''", "1: dialect is empty; write a value, or leave the key out"),
    ("profile = 'seen'", '1: profile is "seen"; it is one of document, observed'),
    ("seed = 2026-01-01", "1: seed is 2026-01-01; write a whole number"),
    ("account = { vip = 'yes' }", '1: account.vip is "yes"; write true or false'),
    ("format = 'json'", "1: format has no place at the top of the file; it stands in [plan], "),
    ("[validate]\nmodels = []", "2: models has no place in [validate]; it stands at the top of the file or in [run], "),
    ("resume = 'x'", "1: --resume is given on the command line only: it names one run"),
    ("target = 'a'\n[targets.b]", '1: target is "a", which is no target; there are b'),
    ("target = 'stagin'\n[targets.staging]", '1: target is "stagin", which is no target; did you mean staging?'),
    ("[targets.'http://x']", '1: "http://x" is no name for a target: it could be a URL or a flag; use a word'),
    ("headers = { X-A = 3 }", ("1: headers.X-A is 3; write a text in quotes, "
        "or {env = \"NAME\"} for a value that comes from an environment variable")),
    ("headers = { X-A = { env = 'a b' } }", ("1: headers.X-A.env is not the name of a variable; "
        "write the name of an environment variable; the key itself never stands in the file")),
    ("headers = { X-A = {} }", "1: headers.X-A lacks env"),
]  # fmt: skip


def flaws(folder: Path, text: str, name: str = "pixelproof.toml") -> list[str]:
    """What is wrong in a file with this text, without the path of its folder."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return [
        f"{flaw.place.rpartition('/')[2].removeprefix(f'{name}:')}: {flaw.text}"
        for flaw in flaws_of(read_settings(str(path)))
    ]


def test_a_good_file_has_no_flaw(tmp_path: Path) -> None:
    """Every sort of key and value is taken, at every level."""
    assert flaws(tmp_path, GOOD) == []


@pytest.mark.parametrize(("text", "told"), WRONG)
def test_a_flaw_is_told_with_its_line(tmp_path: Path, text: str, told: str) -> None:
    """The line says where it is, what is there, and what to do."""
    (found,) = flaws(tmp_path, text)
    assert found.startswith(told)


@pytest.mark.parametrize(
    "text",
    [
        f"key-env = '{KEY}'",
        f"url = 'https://gateway.example/v1?api_key={KEY}'",
        "url = 'https://user:letmein99@gateway.example/v1'",
        "url = 'https://gateway.example/v1?token=letmein99'",
        f"headers = {{ X-Anything = '{KEY}' }}",
        "headers = { Authorization = 'letmein99' }",
        "headers = { X-Trace = 'Bearer letmein99' }",
        f"api-key = '{KEY}'",
        "password = 'letmein99'",
        "[targets.a]\nkey = 'letmein99'",
        f"models = ['{KEY}']",
        "key-env = '0123456789abcdef0123456789abcdef'",
        "key-env = 'letmein99!'",
    ],
)
def test_a_key_in_the_file_is_refused_and_not_repeated(tmp_path: Path, text: str) -> None:
    """What looks like a key, or stands where keys stand, is one flaw, and its message does not show it."""
    (told,) = flaws(tmp_path, text)
    assert "environment variable" in told
    assert KEY not in told
    assert "letmein99" not in told
    assert "0123456789abcdef" not in told


def test_the_check_says_what_the_schema_says(tmp_path: Path) -> None:
    """A file without flaws conforms to the JSON Schema that editors read, and each wrong one above does not."""
    validator = jsonschema.Draft202012Validator(known_schema())
    assert list(validator.iter_errors(tomllib.loads(GOOD))) == []
    for text, told in WRONG:
        only_ours = "no target" in told or "no name for a target" in told
        assert validator.is_valid(tomllib.loads(text)) == only_ours, text


def test_the_first_flaw_ends_a_call_and_the_others_are_counted(tmp_path: Path) -> None:
    """A call says the first and how to see all."""
    path = tmp_path / "pixelproof.toml"
    path.write_text("a = 1\nb = 2\nc = 3\n")
    with pytest.raises(UsageError, match=r"pixelproof\.toml:1: a is not known.* \(2 more: pixelproof config check "):
        checked(read_settings(str(path)))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"a = 1\nb = \n", "pixelproof.toml:2: is not TOML: Invalid value"),
        (b"a = 1\na = 2\n", "pixelproof.toml:2: is not TOML: Cannot overwrite a value"),
        (b"a = '\xff'", "pixelproof.toml: is not UTF-8 (byte 5); TOML has to be"),
        (b"#" * 1_100_000, "pixelproof.toml: has more than 1048576 bytes; is it a settings file?"),
    ],
)
def test_what_is_no_toml_is_told_with_its_line(tmp_path: Path, content: bytes, told: str) -> None:
    """A slip of the pen is one line, not a traceback."""
    path = tmp_path / "pixelproof.toml"
    path.write_bytes(content)
    with pytest.raises(UsageError) as caught:
        read_settings(str(path))
    assert str(caught.value) == f"{tmp_path}/{told}"


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    """The message names it and the flag."""
    with pytest.raises(UsageError, match=r"none\.toml: cannot be read \(No such file or directory\); .* --config"):
        read_settings(str(tmp_path / "none.toml"))


def test_the_nearest_file_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file in the folder is taken before one above it, and a pyproject.toml without our table is passed by."""
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    monkeypatch.chdir(inner)
    (tmp_path / "pixelproof.toml").write_text("seed = 1")
    (tmp_path / "a" / "pyproject.toml").write_text("[tool.other]\nname = 'tool.pixelproof'\n")
    assert find_settings() == "../../pixelproof.toml"
    (tmp_path / "a" / "pyproject.toml").write_text("[tool.pixelproof]\nseed = 2\n")
    assert find_settings() == "../pyproject.toml"
    (inner / "pyproject.toml").write_text("[tool.pixelproof]\nseed = 3\n")
    (inner / "pixelproof.toml").write_text("seed = 4")
    assert find_settings() == "pixelproof.toml"


def test_a_pyproject_that_cannot_be_read_is_not_passed_by(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings that are left out in silence would be found out by the bill."""
    monkeypatch.chdir(tmp_path)
    Path("pyproject.toml").write_text("[tool.pixelproof]\nseed = \n")
    assert find_settings() == "pyproject.toml"


def test_lines_of_a_pyproject_are_those_of_the_file(tmp_path: Path) -> None:
    """The table stands anywhere in it; keys of others are not looked at."""
    text = "[project]\nname = 'x'\n\n[tool.pixelproof]\nseed = 1\nsede = 2\n"
    assert flaws(tmp_path, text, "pyproject.toml") == ["6: sede is not known; did you mean seed?"]


def test_a_pyproject_without_the_table_can_not_be_named(tmp_path: Path) -> None:
    """Silence would look like settings that are taken."""
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    with pytest.raises(UsageError, match=r"has no table \[tool\.pixelproof\]"):
        read_settings(str(tmp_path / "pyproject.toml"))
