"""Where `piaohe serve` may listen."""

import pytest
from typer.testing import CliRunner

from models.errors import UsageError
from piaohe.cli.commands import app
from piaohe.cli.serve import _base, _refuse_open_air, is_local
from piaohe.settings.sections import WebSettings


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "[::1]", "localhost"])
def test_this_machine(host: str) -> None:
    assert is_local(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "example.com", "127.0.0.1.nip"])
def test_elsewhere_is_refused_in_plain_text(host: str) -> None:
    web = WebSettings(host=host)
    assert not is_local(host)
    with pytest.raises(UsageError, match="plain_http"):
        _refuse_open_air(web, False)
    with pytest.raises(UsageError, match="plain_http"):
        _refuse_open_air(web.model_copy(update={"public_url": "http://a.example"}), False)
    _refuse_open_air(web, True)
    _refuse_open_air(web.model_copy(update={"public_url": "https://a.example"}), False)
    _refuse_open_air(web.model_copy(update={"tls_certificate": "a.pem"}), False)


def test_the_command_refuses_before_anything_is_made(tmp_path, monkeypatch) -> None:
    monkeypatch.delenv("PIAOHE_CONFIG", raising=False)
    home = tmp_path / "home"
    done = CliRunner().invoke(app, ["serve", "--host", "0.0.0.0", "--home", str(home)])
    assert done.exit_code == 2
    assert not home.exists()


def test_the_address_that_is_told() -> None:
    assert _base(WebSettings()) == "http://127.0.0.1:8080"
    assert _base(WebSettings(host="::1", port=1)) == "http://[::1]:1"
    assert _base(WebSettings(public_url="https://a.example/")) == "https://a.example"
