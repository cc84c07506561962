"""How the house keeps passwords: tests hash in no time, the product must not."""

from django.contrib.auth.hashers import PBKDF2PasswordHasher

from fenxiao.cli.site import settings as product


def test_the_product_keeps_the_slow_hash_of_the_framework() -> None:
    assert not hasattr(product, "PASSWORD_HASHERS")
    assert PBKDF2PasswordHasher.iterations >= 600_000, "what OWASP asks of PBKDF2 with SHA-256"
