"""Messages by webhook and by mail, tried until they are delivered.

A webhook is a POST of JSON with three headers:

    X-Piaohe-Delivery    a number; the same for every try of one message
    X-Piaohe-Timestamp   seconds since 1970, of this try
    X-Piaohe-Signature   sha256=HMAC-SHA256(secret, timestamp + "." + body), in hex

`verify` is what a receiver does. A message may come twice, where the answer to it got lost.
"""

import datetime
import hashlib
import hmac
import json
import logging
import smtplib
import ssl
from collections.abc import Callable
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import NamedTuple

from piaohe.settings.sections import AlertSettings
from piaohe.store import Store
from piaohe.store.alerts import Delivery

WEBHOOK, MAIL = "webhook", "mail"
_SECONDS = 10.0
_FIRST = datetime.timedelta(seconds=30)
_LONGEST = datetime.timedelta(hours=1)
_log = logging.getLogger("piaohe")


class Target(NamedTuple):
    """Where a webhook goes and what it is signed with. `address` is the IP address to go to in the
    place of asking for the host's again."""

    url: str
    secret: str
    address: str | None = None


class UndeliveredError(Exception):
    """It did not arrive; the text is a code of ours."""


def channels(settings: AlertSettings) -> list[str]:
    """Where messages go."""
    return [
        *([WEBHOOK] if settings.webhook_url else []),
        *([MAIL] if settings.smtp_host and settings.mail_to else []),
    ]


def deliver(
    store: Store, settings: AlertSettings, now: Callable[[], datetime.datetime]
) -> tuple[int, int]:
    """Try what is due; gives (how many arrived, how many did not). Raises StoreError."""
    with store.reading() as work:
        due = work.deliveries.due(now())
    down: set[str] = set()
    arrived = 0
    for delivery in due:
        if delivery.channel in down:
            # the others wait for the next time rather than for as many timeouts
            continue
        try:
            send(delivery, settings, now())
        except UndeliveredError as error:
            down.add(delivery.channel)
            _log.warning("an alert was not delivered", extra={"channel": delivery.channel})
            with store.unit_of_work() as work:
                again = now() + wait(delivery.attempts)
                work.deliveries.failed(delivery.id, str(error), again)
            continue
        arrived += 1
        with store.unit_of_work() as work:
            work.deliveries.delivered(delivery.id, now())
    return arrived, len(down)


def send(delivery: Delivery, settings: AlertSettings, at: datetime.datetime) -> None:
    """Raises UndeliveredError."""
    if delivery.channel not in channels(settings):
        raise UndeliveredError("channel_off")
    if delivery.channel == WEBHOOK:
        _post(delivery, settings, at)
    else:
        _mail(delivery, settings)


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """The value of X-Piaohe-Signature."""
    made = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256)
    return f"sha256={made.hexdigest()}"


def verify(
    secret: str,
    headers: dict[str, str],
    body: bytes,
    at: datetime.datetime,
    most_seconds: float = 300.0,
) -> bool:
    """Whether a webhook is ours, unchanged and fresh. `headers` have lower-case names."""
    timestamp = headers.get("x-piaohe-timestamp", "")
    if not timestamp.isdecimal() or abs(at.timestamp() - int(timestamp)) > most_seconds:
        return False
    given = headers.get("x-piaohe-signature", "")
    return hmac.compare_digest(given.encode(), sign(secret, timestamp, body).encode())


def wait(attempts: int) -> datetime.timedelta:
    """Twice as long after each try, up to an hour."""
    return min(_FIRST * int(2 ** min(attempts, 10)), _LONGEST)


def _post(delivery: Delivery, settings: AlertSettings, at: datetime.datetime) -> None:
    if settings.webhook_url is None or settings.webhook_secret is None:
        raise UndeliveredError("channel_off")
    secret = settings.webhook_secret.get_secret_value()
    post(Target(settings.webhook_url, secret), delivery.id, delivery.body, at)


def post(target: Target, number: int, text: str, at: datetime.datetime) -> None:
    """Post a signed message once. Raises UndeliveredError."""
    import httpx

    body, timestamp = text.encode(), str(int(at.timestamp()))
    headers = {
        "content-type": "application/json",
        "user-agent": "piaohe",
        "x-piaohe-delivery": str(number),
        "x-piaohe-timestamp": timestamp,
        "x-piaohe-signature": sign(target.secret, timestamp, body),
    }
    extensions = {}
    try:
        url = httpx.URL(target.url)
        if target.address is not None:
            # the address that was looked at, not what the name may lead to a moment later
            headers["host"] = url.netloc.decode("ascii")
            extensions["sni_hostname"] = url.host
            url = url.copy_with(host=target.address)
        # neither proxies nor .netrc of the environment, and nowhere else than was said
        with (
            httpx.Client(timeout=_SECONDS, follow_redirects=False, trust_env=False) as client,
            client.stream("POST", url, content=body, headers=headers, extensions=extensions) as got,
        ):
            status = got.status_code
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise UndeliveredError(type(error).__name__) from None
    if not 200 <= status < 300:
        raise UndeliveredError(f"http_{status}")


def _mail(delivery: Delivery, settings: AlertSettings) -> None:
    message = _written(delivery, settings)
    secure = ssl.create_default_context()
    host, port = settings.smtp_host or "", settings.smtp_port
    try:
        if settings.smtp_security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=_SECONDS, context=secure)
        else:
            server = smtplib.SMTP(host, port, timeout=_SECONDS)
        with server:
            if settings.smtp_security == "starttls":
                server.starttls(context=secure)
            if settings.smtp_user is not None:
                password = settings.smtp_password
                server.login(settings.smtp_user, password.get_secret_value() if password else "")
            server.send_message(message)
    except (OSError, smtplib.SMTPException) as error:
        raise UndeliveredError(type(error).__name__) from None


def _written(delivery: Delivery, settings: AlertSettings) -> EmailMessage:
    told = json.loads(delivery.body)
    text = told["message"] if settings.language == "zh" else told["message_en"]
    head = "票核告警" if settings.language == "zh" else "Piaohe alert"
    lines = (text, "", f"{told['code']} · {told['state']} · {told['at']}", told["runbook"])
    message = EmailMessage()
    # a name with a line break in it would be refused, and the alert with it
    message["Subject"] = " ".join(f"[{head}] {text}".split())
    message["From"] = settings.mail_from
    message["To"] = ", ".join(settings.mail_to)
    message["Date"] = formatdate()
    message["Message-ID"] = make_msgid(idstring=str(delivery.id), domain="piaohe.local")
    message.set_content("\n".join(lines) + "\n")
    return message
