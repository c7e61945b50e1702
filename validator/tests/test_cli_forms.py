import json
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from pixelproof.cli import main

FORM = ["--field", "model=gpt-image-2", "--field", "prompt=A red ball."]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with a picture and a text."""
    monkeypatch.chdir(tmp_path)
    picture = BytesIO()
    Image.new("RGB", (64, 64), "red").save(picture, "PNG")
    Path("cat.png").write_bytes(picture.getvalue())
    Path("cat;type=x.png").write_bytes(picture.getvalue())
    Path("note.txt").write_text("no picture")
    return tmp_path


def edit(*words: str) -> int:
    """Runs the verb on an edit of anyfast, which is a form."""
    return main(["validate", "--dialect", "anyfast", "--operation", "edits", *words])


def broken(capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    """The places of the broken requirements in the JSON that was printed, by the flaw."""
    findings = json.loads(capsys.readouterr().out)["findings"]
    return {finding["requirement"].rpartition("/")[2]: finding["pointer"] for finding in findings}


@pytest.mark.usefixtures("folder")
def test_fields_and_files(capsys: pytest.CaptureFixture[str]) -> None:
    """A form can be put together from --field and --file alone."""
    assert edit(*FORM, "--file", "image=@cat.png") == 0
    assert capsys.readouterr().out.startswith("the form: valid")


@pytest.mark.usefixtures("folder")
def test_file_is_read(capsys: pytest.CaptureFixture[str]) -> None:
    """The content of an uploaded file is judged, not its name."""
    assert edit(*FORM, "--file", "image=@note.txt;filename=cat.png;type=image/png", "--format", "json") == 1
    assert broken(capsys) == {"image-not-png-or-jpeg": "/image"}


@pytest.mark.usefixtures("folder")
def test_file_with_a_semicolon() -> None:
    """A file whose own name looks like a setting is found by its name."""
    assert edit(*FORM, "--file", "image=@cat;type=x.png") == 0


@pytest.mark.usefixtures("folder")
def test_fields_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    """The text fields may stand in a JSON file, to which --field and --file add."""
    Path("fields.json").write_text('{"model": "gpt-image-2", "prompt": "A red ball."}')
    assert edit("fields.json", "--file", "image=@cat.png", "--quiet") == 0
    assert edit("fields.json", "--file", "image=@cat.png", "--field", "colour=red", "--format", "json") == 0
    assert broken(capsys) == {"parameter-not-listed": "/colour"}


@pytest.mark.usefixtures("folder")
def test_repeated_field(capsys: pytest.CaptureFixture[str]) -> None:
    """A field that is given twice is sent twice."""
    assert edit(*FORM, "--field", "prompt=Another.", "--file", "image=@cat.png", "--format", "json") == 1
    assert broken(capsys) == {"prompt-not-text": "/prompt"}


@pytest.mark.usefixtures("folder")
def test_account() -> None:
    """What is known of the account decides a requirement that depends on it."""
    mask = Image.new("RGBA", (64, 64))
    mask.save("mask.png", "PNG")
    words = [*FORM, "--file", "image=@cat.png", "--file", "mask=@mask.png", "--quiet"]
    assert edit(*words, "--account", "direct_group=true") == 0
    assert edit(*words, "--account", "direct_group=false") == 1


@pytest.mark.usefixtures("folder")
def test_refusal_of_a_form(capsys: pytest.CaptureFixture[str]) -> None:
    """A refusal is judged by the whole form that it answers, uploads included."""
    Path("refusal.json").write_text('{"error": {"message": "no", "type": "x", "param": "image", "code": "y"}}')
    refusal = ("--response", "refusal.json", "--status", "400", "--format", "json")
    assert edit(*FORM, "--file", "image=@cat.png", *refusal) == 1
    assert broken(capsys) == {"documented-request-refused": ""}
    assert edit(*FORM, "--file", "image=@note.txt", *refusal) == 0


@pytest.mark.usefixtures("folder")
def test_raw_form(capsys: pytest.CaptureFixture[str]) -> None:
    """A FILE may hold the raw body of a form, with its content type or without."""
    body = b'--x\r\nContent-Disposition: form-data; name="model"\r\n\r\ngpt-image-9\r\n--x--\r\n'
    Path("form.txt").write_bytes(body)
    assert edit("form.txt", "--content-type", "multipart/form-data; boundary=x", "--format", "json") == 1
    assert broken(capsys)["model-not-listed"] == "/model"
    assert edit("form.txt", "--format", "json") == 1
    assert broken(capsys)["model-not-listed"] == "/model"


@pytest.mark.usefixtures("folder")
def test_json_that_was_sent(capsys: pytest.CaptureFixture[str]) -> None:
    """Under the content type of JSON the FILE is what was sent, and no form."""
    Path("fields.json").write_text('{"model": "gpt-image-2", "prompt": "A red ball."}')
    assert edit("fields.json", "--content-type", "application/json", "--format", "json") == 1
    assert broken(capsys) == {"body-not-a-form": "", "image-missing": "/image"}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--file", "image=cat.png"], "--file image='cat.png': write image=@PATH"),
        (["--file", "image"], "--file 'image': write NAME=VALUE"),
        (["--file", "image=@nowhere.png"], "nowhere.png: there is no such file"),
        (["--field", "=x"], "--field '=x': write NAME=VALUE"),
    ],
)
@pytest.mark.usefixtures("folder")
def test_wrong_usage(words: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    """An argument of another form is told with how to write it."""
    assert edit(*FORM, *words) == 2
    assert message in capsys.readouterr().err


@pytest.mark.usefixtures("folder")
def test_fields_beside_a_raw_form(capsys: pytest.CaptureFixture[str]) -> None:
    """A raw form is whole; nothing can be added to it."""
    Path("form.txt").write_bytes(b"--x--\r\n")
    assert edit("form.txt", "--field", "n=1") == 2
    assert "form.txt: is a whole form" in capsys.readouterr().err


@pytest.mark.usefixtures("folder")
def test_unreadable_fields(capsys: pytest.CaptureFixture[str]) -> None:
    """The JSON notation of text fields is ours, so a mistake in it is wrong usage and no finding."""
    Path("fields.json").write_text('{"model": ')
    assert edit("fields.json") == 2
    assert "Text fields are given as a JSON object." in capsys.readouterr().err
