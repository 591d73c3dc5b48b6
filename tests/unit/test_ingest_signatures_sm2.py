"""SM2 against the published example, and what else a signature value may be."""

import pytest

from ingest.signatures import sm2
from ingest.signatures.said import CannotTell
from tests.support import signing

# GB/T 32918.5-2017, A.2: the example of a signature on the recommended curve
SECRET = 0x3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8
X = 0x09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020
Y = 0xCCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13
Z = "b2e14c5c79c6df5b85f4fe7ed8db7a262b9da7e07ccb0ea9f4747b8ccda8a4f3"
R = 0xF5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3
S = 0xB1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA
MESSAGE = b"message digest"
PUBLIC = b"\4" + X.to_bytes(32) + Y.to_bytes(32)


def value(r: int = R, s: int = S) -> bytes:
    return signing.seq(signing.number(r), signing.number(s))


def test_the_published_example() -> None:
    assert sm2.identity_digest(X, Y).hex() == Z
    assert sm2.holds(PUBLIC, MESSAGE, value())
    assert sm2.holds(PUBLIC, MESSAGE, R.to_bytes(32) + S.to_bytes(32))


@pytest.mark.parametrize(
    ("message", "signature"),
    [
        (b"message digesT", value()),
        (MESSAGE, value(r=R + 1)),
        (MESSAGE, value(s=S - 1)),
        (MESSAGE, value(r=R + sm2.ORDER)),
        (MESSAGE, value(r=0)),
        (MESSAGE, value(s=-1)),
        (MESSAGE, value(r=S, s=sm2.ORDER - S)),
        (MESSAGE, S.to_bytes(32) + R.to_bytes(32)),
    ],
)
def test_what_does_not_hold(message: bytes, signature: bytes) -> None:
    assert not sm2.holds(PUBLIC, message, signature)


def test_a_signer_without_identity_is_understood() -> None:
    assert sm2.holds(PUBLIC, MESSAGE, signing.sm2_signature(SECRET, MESSAGE, user=b""))


@pytest.mark.parametrize(
    ("public", "signature"),
    [
        (PUBLIC[:-1] + b"\0", value()),
        (b"", value()),
        (PUBLIC, b""),
        (PUBLIC, b"\x30\x03\x02\x01\x01"),
        (PUBLIC, b"\x30\x06\x04\x01\x01\x04\x01\x01"),
        (PUBLIC, b"\xff" * 20),
    ],
)
def test_what_cannot_be_told(public: bytes, signature: bytes) -> None:
    with pytest.raises(CannotTell):
        sm2.holds(public, MESSAGE, signature)
