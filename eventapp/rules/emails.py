"""E-mail addresses: checked for form only. No name is looked up, so that a laptop in a hall can register people."""

from email_validator import EmailNotValidError, validate_email

from eventapp.errors import Refused
from eventapp.rules.names import clean


def read(text: str) -> str | None:
    """The address in its normal form; None for an empty box. Raises Refused("email_invalid")."""
    text = clean(text)
    if not text:
        return None
    try:
        # test_environment lets names such as example.test pass: form is all that is checked here.
        return validate_email(text, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError as error:
        raise Refused("email_invalid") from error
