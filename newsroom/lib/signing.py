"""Ed25519 signatures by a key that lies in a folder outside the database.

The folder (settings.REVISION_KEYS) holds `signing.pem`, the private key, which is made when it is first needed, and
one `<name>.pub.pem` for each key there ever was. Moving `signing.pem` away makes the next signature begin a new key;
what the old one signed goes on being verified by its public half. To verify, the public halves are enough.
"""

import hashlib
import os
import secrets
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)
from django.conf import settings

_PRIVATE = "signing.pem"
_PUBLIC = ".pub.pem"


class BadKey(Exception):  # noqa: N818  # it says what is wrong with a file
    """A file of the folder is no Ed25519 key."""


def sign(content: bytes) -> tuple[str, str]:
    """The name of the key, and the signature in hexadecimal digits."""
    folder = Path(settings.REVISION_KEYS)
    key = _private(folder)
    name = _name(key.public_key())
    _write_once(folder / f"{name}{_PUBLIC}", _written(key.public_key()), mode=0o644)
    return name, key.sign(content).hex()


def public_keys() -> dict[str, Ed25519PublicKey]:
    """Every key that there ever was, by its name, which is made of the key: none can take another's."""
    keys = {}
    for file in sorted(Path(settings.REVISION_KEYS).glob(f"*{_PUBLIC}")):
        with suppress(BadKey):
            key = _read_public(file)
            keys[_name(key)] = key
    return keys


def holds(key: Ed25519PublicKey | None, signature: str, content: bytes) -> bool:
    if key is None:
        return False
    try:
        key.verify(bytes.fromhex(signature), content)
    except (InvalidSignature, ValueError):
        return False
    return True


def _private(folder: Path) -> Ed25519PrivateKey:
    file = folder / _PRIVATE
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = Ed25519PrivateKey.generate()
        _write_once(file, fresh.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), mode=0o600)
    try:
        key = load_pem_private_key(file.read_bytes(), password=None)  # ours, or that of who was faster
    except ValueError as error:
        raise BadKey(f"{file} is no key") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise BadKey(f"{file} is no Ed25519 key")
    return key


def _read_public(file: Path) -> Ed25519PublicKey:
    try:
        key = load_pem_public_key(file.read_bytes())
    except ValueError as error:
        raise BadKey(f"{file} is no key") from error
    if not isinstance(key, Ed25519PublicKey):
        raise BadKey(f"{file} is no Ed25519 key")
    return key


def _write_once(file: Path, content: bytes, *, mode: int) -> None:
    """Whole or not at all, and by one process alone: of several at once the first one's file stays."""
    if file.exists():
        return
    fresh = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as written:
        written.write(content)
        written.flush()
        os.fsync(written.fileno())
    try:
        os.link(fresh, file)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()


def _written(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def _name(key: Ed25519PublicKey) -> str:
    return hashlib.sha256(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()[:16]
