"""Passwords of test people, hashed in no time: the product's own hash is slow by design, a quarter of a second each."""

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class QuickHasher(PBKDF2PasswordHasher):
    """The product's algorithm with one round, so that servers with the product's settings know these hashes too."""

    iterations = 1
