"""The chore that looks for alerts: each is raised once, resolved once, and told to all channels."""

import datetime
import json
import logging

from piaohe.observe import notify
from piaohe.observe.codes import anchor, said
from piaohe.observe.judging import Level, Sight, judge
from piaohe.observe.picture import take
from piaohe.schedule.chore import Hands
from piaohe.settings import Settings
from piaohe.store import What, Work
from piaohe.store.alerts import Alert
from piaohe.store.chores import Facts

_log = logging.getLogger("piaohe")


def watch(hands: Hands) -> Facts:
    """Look how everything stands, raise and resolve, and deliver what is not delivered yet."""
    picture = take(hands.store, hands.settings, hands.now())
    sights = judge(picture, hands.settings)
    seen = {(sight.code, sight.subject) for sight in sights}
    gone = [
        Sight(code=alert.code, subject=alert.subject, level=Level.CLEAR, facts=alert.facts)
        for alert in picture.alerts
        if (alert.code, alert.subject) not in seen
    ]
    raised = {(alert.code, alert.subject) for alert in picture.alerts}
    news = [
        sight
        for sight in (*sights, *gone)
        if sight.level is not Level.HOLD
        and (sight.level is Level.RAISE) != ((sight.code, sight.subject) in raised)
    ]
    if news:
        with hands.store.unit_of_work() as work:
            hands.remember(work, "")
            for sight in news:
                _tell(work, sight, hands.settings, hands.now())
    arrived, down = notify.deliver(hands.store, hands.settings.alerts, hands.now)
    return {"news": len(news), "delivered": arrived, "channels_down": down}


def _tell(work: Work, sight: Sight, settings: Settings, at: datetime.datetime) -> None:
    is_raised = sight.level is Level.RAISE
    alert = Alert(
        code=sight.code, subject=sight.subject, raised=is_raised, since=at, facts=sight.facts
    )
    if not work.alerts.say(alert):
        return
    what = What.ALERT_RAISED if is_raised else What.ALERT_RESOLVED
    work.events.add(what, sight.subject or sight.code, at, {"alert": sight.code, **sight.facts})
    _log.warning("alert", extra={"alert": sight.code, "state": what.value})
    body = body_of(alert)
    for channel in notify.channels(settings.alerts):
        work.deliveries.add(channel, body, at)


def body_of(alert: Alert) -> str:
    """What a channel is told, as JSON."""
    zh, en = said(alert.code, alert.subject, alert.facts, raised=alert.raised)
    told = {
        "code": alert.code,
        "subject": alert.subject,
        "state": "raised" if alert.raised else "resolved",
        "at": alert.since.astimezone(datetime.UTC).isoformat(),
        "facts": alert.facts,
        "message": zh,
        "message_en": en,
        "runbook": anchor(alert.code),
    }
    return json.dumps(told, ensure_ascii=False, sort_keys=True)
