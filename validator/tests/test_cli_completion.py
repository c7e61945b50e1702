import pytest
from pixelproof import known_dialects
from pixelproof.cli import main


@pytest.mark.parametrize("shell", ["bash", "zsh", "tcsh", "fish"])
def test_script(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The script of each shell knows the verbs, the options and the dialects."""
    assert main(["completion", shell]) == 0
    script = capsys.readouterr().out
    for word in ("validate", "explain", "dialect-path", "sarif", *known_dialects()):
        assert word in script


def test_unknown_shell(capsys: pytest.CaptureFixture[str]) -> None:
    """Another shell is wrong usage."""
    assert main(["completion", "csh"]) == 2
    assert "invalid choice: 'csh'" in capsys.readouterr().err
