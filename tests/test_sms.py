"""The SMS adapter, against a real HTTP server: services of several kinds, and all that they may answer."""

import base64
import json
import re
import socket
import threading
from urllib.parse import parse_qs, urlsplit

import pytest

from eventapp import sms
from eventapp.sms import Gateway
from tests.gateway import open_service
from tests.post import free_port

TO = "+22376543210"
TEXT = 'Forum d\'essai: "oui" & 100 %, é + {to}\nhttps://e.org/r/x'
ID = "abc@events.example.org"


@pytest.fixture
def service():
    with open_service() as opened:
        yield opened


def test_form_is_filled_and_escaped(service):
    url = service.url.replace("//", "//AC1:se%2Fcret@") + "/2010/Accounts/AC1/Messages.json"
    body = "To={to}&From=%2B15005550006&Body={text}&Ref={id}"
    service.answer = '{"sid": "SM1"}'
    assert Gateway(url=url, body=body, id_path="sid").send(TO, TEXT, ID) == "SM1"
    [asked] = service.asked
    assert (asked.method, asked.target) == ("POST", "/2010/Accounts/AC1/Messages.json")
    assert parse_qs(asked.body) == {"To": [TO], "From": ["+15005550006"], "Body": [TEXT], "Ref": [ID]}
    assert asked.headers["Authorization"] == f"Basic {base64.b64encode(b'AC1:se/cret').decode()}"
    assert asked.headers["Content-Type"] == "application/x-www-form-urlencoded"


def test_json_is_filled_and_escaped_and_a_token_is_fetched_once(service):
    body = json.dumps(
        {"outboundSMSMessageRequest": {"address": "tel:{to}", "outboundSMSTextMessage": {"message": "{text}"}}}
    )
    service.token = "t0ken"
    gateway = Gateway(
        url=f"{service.url}/outbound/tel%3A%2B2230000/requests",
        body=body,
        token_url=service.url.replace("//", "//id:secret@") + "/token",
        id_path="messages.0.id",
    )
    assert [gateway.send(TO, TEXT, ID), gateway.send(TO, TEXT, ID)] == ["sms-1", "sms-1"]
    asked = service.asked[0]
    assert asked.target == "/outbound/tel%3A%2B2230000/requests"
    assert json.loads(asked.body)["outboundSMSMessageRequest"] == {
        "address": f"tel:{TO}",
        "outboundSMSTextMessage": {"message": TEXT},
    }
    assert asked.headers["Authorization"] == "Bearer t0ken"
    assert service.tokens_given == 1


def test_token_that_ended_is_fetched_anew(service):
    gateway = Gateway(url=f"{service.url}/send?m={{text}}", token_url=f"{service.url}/token")
    service.token, service.status = "t0ken", 401
    with pytest.raises(sms.NoServer, match=r"^127\.0\.0\.1: 401"):
        gateway.send(TO, TEXT, ID)
    assert (service.tokens_given, len(service.asked)) == (2, 2)


def test_service_that_gives_no_token_cannot_be_used(service):
    service.token = "two words"
    gateway = Gateway(url=f"{service.url}/send?m={{text}}", token_url=f"{service.url}/token")
    with pytest.raises(sms.NoServer, match="no token was given"):
        gateway.send(TO, TEXT, ID)
    assert service.asked == []


def test_address_alone_is_filled_and_escaped(service):
    gateway = Gateway(url=f"{service.url}/send?to={{number}}&text={{text}}&id={{id}}", headers={"apiKey": "k"})
    assert gateway.send(TO, TEXT, ID) is None
    [asked] = service.asked
    assert asked.method == "GET"
    assert parse_qs(urlsplit(asked.target).query) == {"to": [TO[1:]], "text": [TEXT], "id": [ID]}
    assert asked.headers["apiKey"] == "k"


def test_answer_of_200_that_takes_nothing_is_no_success(service):
    service.answer = '{"SMSMessageData": {"Recipients": [{"statusCode": 406, "messageId": "None"}]}}'
    pattern = re.compile(r'"statusCode":\s*10[0-2]')
    gateway = Gateway(url=f"{service.url}/m", body="to={to}&message={text}", sent=pattern)
    with pytest.raises(sms.Unreachable, match='"statusCode": 406'):
        gateway.send(TO, TEXT, ID)
    service.answer = service.answer.replace("406", "101")
    gateway.send(TO, TEXT, ID)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        *((status, sms.Bounced) for status in (400, 410, 422)),
        *((status, sms.NoServer) for status in (302, 401, 402, 403, 404)),
        *((status, sms.Unreachable) for status in (408, 429, 503)),
        *((status, sms.Unknown) for status in (500, 502, 504)),
    ],
)
def test_answer_is_understood(service, status, kind):
    service.status, service.answer = status, "No"
    with pytest.raises(sms.Unreachable if kind is not sms.Bounced else sms.Bounced) as raised:
        Gateway(url=f"{service.url}/m?t={{text}}").send(TO, TEXT, ID)
    assert (type(raised.value), str(raised.value)) == (kind, f"127.0.0.1: {status} No")


def test_redirect_is_not_followed(service):
    with open_service() as elsewhere:
        service.status, service.location = 307, f"{elsewhere.url}/m"
        with pytest.raises(sms.NoServer):
            Gateway(url=f"{service.url}/m", body="to={to}&t={text}", headers={"Authorization": "x"}).send(TO, TEXT, ID)
        assert elsewhere.asked == []


def test_words_of_a_refusal_hold_neither_numbers_nor_secrets(service):
    service.status = 400
    service.answer = f"<b>No</b> route to {TO} or 76 54 32 10\n for pass-word, key-of-header and query-key " + "x" * 400
    url = service.url.replace("//", "//me:pass-word@") + "/m?key=query-key&t={text}"
    with pytest.raises(sms.Bounced) as raised:
        Gateway(url=url, headers={"apiKey": "key-of-header"}).send(TO, TEXT, ID)
    said = str(raised.value)
    assert said.startswith("127.0.0.1: 400 No route to (number) or (number) for ***, *** and *** xxx")
    assert len(said) < 230


def test_service_that_is_down_is_no_server():
    with pytest.raises(sms.NoServer, match="refused"):
        Gateway(url=f"http://127.0.0.1:{free_port()}/m?t={{text}}").send(TO, TEXT, ID)


def test_service_that_hangs_up_may_have_sent_it():
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def hang_up():
            connection, _ = listening.accept()
            connection.recv(1000)
            connection.close()

        thread = threading.Thread(target=hang_up)
        thread.start()
        with pytest.raises(sms.Unknown):
            Gateway(url=f"http://127.0.0.1:{listening.getsockname()[1]}/m?t={{text}}").send(TO, TEXT, ID)
        thread.join()


def test_service_that_is_silent_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(sms, "TIMEOUT_SECONDS", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as listening, pytest.raises(sms.Unknown, match="timed out"):
        Gateway(url=f"http://127.0.0.1:{listening.getsockname()[1]}/m?t={{text}}").send(TO, TEXT, ID)


@pytest.mark.parametrize("path", ["messages.1.id", "messages.id", "id", "messages", "messages.0.id.x"])
def test_id_that_is_not_where_it_should_be_is_none(service, path):
    assert Gateway(url=f"{service.url}/m?t={{text}}", id_path=path).send(TO, TEXT, ID) is None


def test_trying_out_sends_nothing(service):
    service.token = "t0ken"
    gateway = Gateway(url=f"{service.url}/m?t={{text}}", token_url=f"{service.url}/token")
    gateway.try_out()
    assert (service.asked, service.tokens_given) == ([], 1)
    with pytest.raises(sms.NoServer):
        Gateway(url=f"http://127.0.0.1:{free_port()}/m").try_out()
