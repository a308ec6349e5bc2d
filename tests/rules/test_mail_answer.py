"""What the answers of mail servers mean."""

import pytest

from eventapp.rules import mail_answer


@pytest.mark.parametrize(
    ("said", "meaning"),
    [
        ("550 5.1.1 <ada@example.org>: Recipient address rejected: User unknown", mail_answer.NO_MAILBOX),
        ("550-5.1.1 The email account that you tried to reach does not exist.", mail_answer.NO_MAILBOX),
        ("550 no such user", mail_answer.NO_MAILBOX),
        ("553 sorry", mail_answer.NO_MAILBOX),
        ("550 5.1.2 Domain not found", mail_answer.NO_DOMAIN),
        ("556 5.1.10 Recipient address has null MX", mail_answer.NO_DOMAIN),
        ("550 5.2.1 The account is disabled", mail_answer.CLOSED),
        ("552 5.2.2 Over quota", mail_answer.FULL),
        ("552 too much", mail_answer.FULL),
        ("452 4.2.2 The mailbox is full", mail_answer.FULL),
        ("552 5.3.4 Message size exceeds fixed limit", mail_answer.TOO_LARGE),
        ("550 5.7.1 Unauthenticated mail is prohibited", mail_answer.DISTRUSTED),
        ("554 Your message looks like spam", mail_answer.DISTRUSTED),
        ("554 transaction failed", mail_answer.DISTRUSTED),
        ("450 4.2.0 Greylisted, come back in five minutes", mail_answer.LATER),
        ("421 4.7.0 Too many connections", mail_answer.LATER),
        ("mail.example.org: 535 5.7.8 Error: authentication failed", mail_answer.NO_LOGIN),
        ("mail.example.org: [Errno 111] Connection refused", mail_answer.NO_SERVER),
        ("mail.example.org: [Errno -2] Name or service not known", mail_answer.NO_SERVER),
        ("mail.example.org offers no TLS, so the password was not sent", mail_answer.NO_TRUST_IN_SERVER),
        ("x: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed", mail_answer.NO_TRUST_IN_SERVER),
        ("Connection unexpectedly closed: timed out", mail_answer.SLOW),
        ("Connection unexpectedly closed", mail_answer.CUT),
        ("Nobody was reached.", None),
        ("", None),
        ("\x00 ٥٥٠", None),
    ],
)
def test_answer_of_a_server_is_understood(said, meaning):
    assert mail_answer.read(said) == meaning
