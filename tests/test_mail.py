"""Sending a finished message: to a real mail server, into a folder, to the console."""

import socket
import ssl
import subprocess
from email.message import EmailMessage

import pytest

from eventapp import mail
from tests.post import free_port, open_office


def message(recipient="ada@example.org", message_id="<abc@example.org>"):
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "Forum <no-reply@example.org>", recipient, "Votre billet d’entrée"
    made["Message-ID"] = message_id
    made.set_content("Bonjour Ɲɛnɛ")
    return made


@pytest.fixture
def post():
    with open_office() as office:
        yield office


def send(url, recipient="ada@example.org"):
    with mail.connect(url) as sender:
        sender(message(recipient), recipient)


def test_message_arrives_as_it_was_written(post):
    send(post.url)
    [(recipient, arrived)] = post.arrived
    assert recipient == "ada@example.org"
    assert arrived["Subject"] == "Votre billet d’entrée"
    assert arrived["Message-ID"] == "<abc@example.org>"
    assert arrived.get_content().strip() == "Bonjour Ɲɛnɛ"


def test_refusal_for_now_is_unreachable(post):
    post.answers["ada@example.org"] = "450 4.2.1 Mailbox busy"
    with pytest.raises(mail.Unreachable, match=r"^450 4\.2\.1 Mailbox busy$"):
        send(post.url)


def test_refusal_for_good_is_bounced(post):
    post.answers["ada@example.org"] = "550 5.1.1 No such user"
    with pytest.raises(mail.Bounced, match=r"^550 5\.1\.1 No such user$"):
        send(post.url)


def test_refusal_after_the_text_counts_too(post):
    post.after_data = "554 5.7.1 Looks like spam"
    with pytest.raises(mail.Bounced, match="Looks like spam"):
        send(post.url)


def test_refused_recipient_does_not_stop_the_next(post):
    post.answers["max@example.org"] = "550 5.1.1 No such user"
    with mail.connect(post.url) as sender:
        with pytest.raises(mail.Bounced):
            sender(message("max@example.org"), "max@example.org")
        sender(message(), "ada@example.org")
    assert post.recipients == ["ada@example.org"]


def test_lost_connection_is_opened_anew(post):
    post.after_data = "421 4.3.2 Shutting down"
    with mail.connect(post.url) as sender:
        with pytest.raises(mail.Unreachable, match="Shutting down"):
            sender(message(), "ada@example.org")
        post.after_data = "250 OK"
        sender(message(), "bintou@example.org")
    assert post.recipients == ["ada@example.org", "bintou@example.org"]


def test_address_with_any_letters_reaches_a_server_that_takes_them(post):
    send(post.url, "adá@example.org")
    assert post.recipients == ["adá@example.org"]


def test_letters_that_the_server_cannot_take_are_bounced():
    with open_office(takes_utf8=False) as post, pytest.raises(mail.Bounced, match="SMTPUTF8"):
        send(post.url, "adá@example.org")
    assert post.arrived == []


def test_nobody_listening_is_no_server():
    with pytest.raises(mail.NoServer, match=r"^127\.0\.0\.1: .*refused"):
        send(f"smtp://127.0.0.1:{free_port()}")


def test_wrong_password_is_no_server_and_no_bounce(post):
    with pytest.raises(mail.NoServer):
        send(f"smtp://forum:secret@127.0.0.1:{post.port}")


def test_password_does_not_travel_without_tls(monkeypatch, post):
    monkeypatch.setattr(mail, "_is_here", lambda host: False)
    with pytest.raises(mail.NoServer, match="offers no TLS, so the password was not sent"):
        send(f"smtp://forum:secret@127.0.0.1:{post.port}")
    assert post.arrived == []


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate of this machine with its key in one file, signed by itself."""
    file, key = (tmp_path_factory.mktemp("tls") / name for name in ("both.pem", "key.pem"))
    subject = ("-subj", "/CN=forum", "-addext", "subjectAltName=IP:127.0.0.1")
    kind = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2")
    command = ["openssl", "req", "-x509", *kind, *subject, "-keyout", str(key), "-out", str(file)]
    subprocess.run(command, check=True, capture_output=True)
    file.write_text(file.read_text() + key.read_text())
    return file


@pytest.fixture
def from_elsewhere(monkeypatch):
    """The server is not on this machine, as far as the sender knows, so that TLS is spoken as with any other."""
    monkeypatch.setattr(mail, "_is_here", lambda host: False)


def trust(monkeypatch, certificate):
    """Lets the sender trust the test's certificate; the server's side is set up before."""
    whole = ssl.create_default_context
    monkeypatch.setattr(ssl, "create_default_context", lambda: whole(cafile=certificate))


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_password_and_message_travel_by_tls(scheme, certificate, monkeypatch, from_elsewhere):
    with open_office(scheme=scheme, certificate=certificate, password="s3cret/:@") as post:
        trust(monkeypatch, certificate)
        send(f"{scheme}://forum:s3cret%2F%3A%40@127.0.0.1:{post.port}")
    assert post.logins == [("forum", "s3cret/:@")]
    assert post.recipients == ["ada@example.org"]


def test_wrong_password_is_the_servers_matter_and_no_bounce(certificate, monkeypatch, from_elsewhere):
    with open_office(certificate=certificate, password="s3cret") as post:
        trust(monkeypatch, certificate)
        with pytest.raises(mail.NoServer, match="535"):
            send(f"smtp://forum:other@127.0.0.1:{post.port}")
    assert post.arrived == []


def test_password_with_letters_that_cannot_be_sent_is_no_server(certificate, monkeypatch, from_elsewhere):
    with open_office(certificate=certificate, password="s3cret") as post:
        trust(monkeypatch, certificate)
        with pytest.raises(mail.NoServer, match="other letters"):
            send(f"smtp://forum:secr%C3%A9t@127.0.0.1:{post.port}")


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_certificate_that_nobody_signed_is_no_server(scheme, certificate, from_elsewhere):
    with (
        open_office(scheme=scheme, certificate=certificate) as post,
        pytest.raises(mail.NoServer, match="certificate verify failed"),
    ):
        send(post.url)
    assert post.arrived == []


def test_certificate_of_another_host_is_no_server(certificate, monkeypatch, from_elsewhere):
    with open_office(certificate=certificate) as post:
        trust(monkeypatch, certificate)
        with pytest.raises(mail.NoServer, match="certificate is not valid for"):
            send(f"smtp://localhost:{post.port}")
    assert post.arrived == []


def test_server_that_says_nothing_is_no_server(monkeypatch):
    monkeypatch.setattr(mail, "TIMEOUT_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(mail.NoServer, match="timed out"):
        send(f"smtp://127.0.0.1:{silent.getsockname()[1]}")


def test_connection_that_ended_while_it_rested_is_opened_anew(post):
    with mail.connect(post.url) as sender:
        sender(message(), "ada@example.org")
        post.hang_up()
        sender(message(), "bintou@example.org")
    assert post.recipients == ["ada@example.org", "bintou@example.org"]


def test_message_that_may_not_begin_does_not_leave_and_the_next_one_does(post):
    def refuse():
        raise ZeroDivisionError

    with mail.connect(post.url) as sender:
        with pytest.raises(ZeroDivisionError):
            sender(message(), "ada@example.org", refuse)
        sender(message(), "bintou@example.org")
    assert post.recipients == ["bintou@example.org"]


def test_answer_that_never_comes_is_unknown(post, monkeypatch):
    monkeypatch.setattr(mail, "LAST_ANSWER_SECONDS", 0.2)
    post.stalls_after_data = True
    with pytest.raises(mail.Unknown, match="timed out"):
        send(post.url)


def test_connection_can_be_tried_out(post):
    mail.try_out(post.url)
    mail.try_out("file:/nowhere")
    with pytest.raises(mail.NoServer):
        mail.try_out(f"smtp://127.0.0.1:{free_port()}")


def test_folder_gets_one_file_for_each_message_however_often_it_is_sent(tmp_path):
    folder = tmp_path / "mail box"
    with mail.connect(f"file:{folder}") as sender:
        sender(message(), "ada@example.org")
        sender(message(), "ada@example.org")
        sender(message(message_id="<def@example.org>"), "ada@example.org")
    assert sorted(path.name for path in folder.iterdir()) == ["abc.eml", "def.eml"]
    assert (folder / "abc.eml").read_bytes().startswith(b"From: Forum <no-reply@example.org>\r\n")


def test_folder_that_cannot_be_written_is_no_server(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(mail.NoServer):
        send(f"file:{tmp_path / 'file'}")


def test_console_shows_headers_and_text(capsys):
    send("console:")
    shown = capsys.readouterr().out
    assert "Subject: Votre billet d’entrée" in shown
    assert "Bonjour Ɲɛnɛ" in shown
