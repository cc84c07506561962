"""Codes that travel in addresses: of links and places, and click ids signed so that nobody can make one up."""

import hmac
import re
import secrets
import string
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from uuid import UUID

ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
CODE_LENGTH = 12  # 71 bits: nobody finds a code by trying, and two in a thousand million do not meet
SEAL_LENGTH = 11  # bytes; with the id's 16 they fill 36 characters without padding
PURPOSE = b"fenxiao click id 1\0"  # keeps this use of the secret apart from every other
TOKEN = re.compile(r"[A-Za-z0-9_-]{36}", re.ASCII)


def link_code() -> str:
    """A fresh unguessable code for a link: base62, so that it survives being typed or spoken."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def place_code() -> str:
    """A fresh code for a place (PID). Its hyphen tells it from every link's."""
    return f"P-{link_code()}"


def sign_click(click_id: UUID, secret: str) -> str:
    """The click id as 36 URL-safe characters that only who knows `secret` can make."""
    return urlsafe_b64encode(click_id.bytes + _seal(click_id.bytes, secret)).decode("ascii")


def read_click(token: str, secret: str) -> UUID | None:
    """The click id that `sign_click` signed; None for anything else."""
    if not TOKEN.fullmatch(token):
        return None
    signed = urlsafe_b64decode(token)
    told, seal = signed[:16], signed[16:]
    return UUID(bytes=told) if hmac.compare_digest(seal, _seal(told, secret)) else None


def _seal(told: bytes, secret: str) -> bytes:
    return hmac.digest(secret.encode(), PURPOSE + told, sha256)[:SEAL_LENGTH]
