"""Secrets sealed for the database: read again with the same key for the same thing, or not."""

from pathlib import Path

import pytest

from models.errors import SettingsError
from piaohe.vault import KEY_FILE, Unreadable, Vault, is_sealed


def test_a_secret_is_read_again_only_as_what_it_was_sealed_for(tmp_path: Path) -> None:
    vault = Vault(tmp_path)
    kept = vault.seal("秘密", "webhook")
    assert "秘密" not in kept
    assert is_sealed(kept)
    assert kept != vault.seal("秘密", "webhook"), "never twice the same"
    assert (tmp_path / KEY_FILE).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["secrets.key"]
    assert Vault(tmp_path).open(kept, "webhook") == "秘密"
    assert vault.open("phs_older", "webhook") == "phs_older"
    altered = kept[:-6] + ("A" if kept[-6] != "A" else "B") + kept[-5:]
    for wrong, what in ((kept, "mail"), (altered, "webhook"), ("sealed1:", "webhook")):
        with pytest.raises(Unreadable):
            vault.open(wrong, what)


@pytest.mark.parametrize("harm", ["gone", "open", "damaged"])
def test_a_key_that_cannot_be_trusted_is_not_used(tmp_path: Path, harm: str) -> None:
    vault = Vault(tmp_path)
    kept, key = vault.seal("x", "webhook"), tmp_path / KEY_FILE
    if harm == "gone":
        key.unlink()
    elif harm == "open":
        key.chmod(0o644)
    else:
        key.write_text("no key")
    with pytest.raises(SettingsError) as refused:
        vault.open(kept, "webhook")
    assert refused.value.record.code == "key_unusable"
