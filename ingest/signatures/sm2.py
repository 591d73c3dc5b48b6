"""SM2 signatures (GB/T 32918.2): the verifying equation, over python-ecdsa's curve arithmetic.

The cryptography package has SM3 but not SM2, and the SM2 packages in pure Python take 9 to 30 ms
for a signature where python-ecdsa's simultaneous multiplication takes 2.
"""

from ecdsa.ellipticcurve import CurveFp, PointJacobi
from ecdsa.errors import MalformedPointError

from ingest.signatures.der import integer, one, parts
from ingest.signatures.digests import digest
from ingest.signatures.said import CannotTell

CURVE_OID = "1.2.156.10197.1.301"
USER_ID = b"1234567812345678"
"""The signer's identity where none is agreed on (GM/T 0009)."""

_P = 0xFFFFFFFE_FFFFFFFF_FFFFFFFF_FFFFFFFF_FFFFFFFF_00000000_FFFFFFFF_FFFFFFFF
_A = _P - 3
_B = 0x28E9FA9E_9D9F5E34_4D5A9E4B_CF6509A7_F39789F5_15AB8F92_DDBCBD41_4D940E93
ORDER = 0xFFFFFFFE_FFFFFFFF_FFFFFFFF_FFFFFFFF_7203DF6B_21C6052B_53BBF409_39D54123
_GX = 0x32C4AE2C_1F198119_5F990446_6A39C994_8FE30BBF_F2660BE1_715A4589_334C74C7
_GY = 0xBC3736A2_F4F6779C_59BDCEE3_6B692153_D0A9877C_C62A4740_02DF32E5_2139F0A0
"""The recommended curve of GB/T 32918.5."""
_CURVE = CurveFp(_P, _A, _B, 1)
BASE = PointJacobi(_CURVE, _GX, _GY, 1, ORDER, generator=True)


def holds(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether `signature` (DER, or r and s of 32 bytes each) was made over `message`.

    `public_key` is the point as certificates hold it, 04 || x || y. Signatures over SM3 of the
    message alone, without the signer's identity, are accepted too: some signers leave it out.
    Raises CannotTell for a key that is no point of the curve or a signature in another form.
    """
    r, s = _numbers(signature)
    if not (0 < r < ORDER and 0 < s < ORDER) or (r + s) % ORDER == 0:
        return False
    try:
        key = PointJacobi.from_bytes(_CURVE, public_key, order=ORDER)
    except (MalformedPointError, ValueError) as error:
        raise _no_key() from error
    if not _CURVE.contains_point(key.x(), key.y()):  # from_bytes does not look
        raise _no_key()
    point = BASE.mul_add(s, key, (r + s) % ORDER)
    expected = (r - int(point.x())) % ORDER
    inputs = (identity_digest(key.x(), key.y()) + message, message)
    return any(int.from_bytes(digest("sm3", data)) % ORDER == expected for data in inputs)


def identity_digest(x: int, y: int, user: bytes = USER_ID) -> bytes:
    """Z, the digest of the signer's identity, the curve and the public key (GB/T 32918.2, 5.5)."""
    numbers = b"".join(value.to_bytes(32) for value in (_A, _B, _GX, _GY, int(x), int(y)))
    return digest("sm3", (len(user) * 8).to_bytes(2) + user + numbers)


def _no_key() -> CannotTell:
    return CannotTell("证书中的 SM2 公钥无法识别", "the certificate's SM2 key is unreadable")


def _numbers(signature: bytes) -> tuple[int, int]:
    if len(signature) == 64 and not signature.startswith(b"\x30"):
        return int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
    values = parts(one(signature))
    if len(values) != 2:
        raise CannotTell("SM2 签名值格式无法识别", "the SM2 signature value is unreadable")
    return integer(values[0]), integer(values[1])
