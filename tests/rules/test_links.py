"""Secrets of personal links."""

from eventapp.rules import links
from eventapp.rules.links import Purpose


def test_personal_secret_is_the_same_every_time():
    assert links.personal_secret("key", Purpose.SPEAKER, 7, 1) == links.personal_secret("key", Purpose.SPEAKER, 7, 1)


def test_personal_secret_differs_by_key_purpose_row_and_generation():
    secrets = {
        links.personal_secret("key", Purpose.SPEAKER, 7, 1),
        links.personal_secret("other", Purpose.SPEAKER, 7, 1),
        links.personal_secret("key", Purpose.REGISTRATION, 7, 1),
        links.personal_secret("key", Purpose.SPEAKER, 8, 1),
        links.personal_secret("key", Purpose.SPEAKER, 7, 2),
    }
    assert len(secrets) == 5
    assert all(len(secret) == 26 and secret.isalnum() for secret in secrets)


def test_random_secret_never_repeats():
    assert len({links.random_secret() for _ in range(1000)}) == 1000
