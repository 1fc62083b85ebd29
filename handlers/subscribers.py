"""What parents who asked for it are told in private: warnings, what became of them, and what the group is taught."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from bot.actions import Edit, Priority, Say
from bot.store import subscriptions
from bot.store.incidents import SAFE, SCAM, Incident
from bot.store.subscriptions import ALARM, CAUTION, OUTCOME, Subscriber
from bot.texts import lines, say, shown
from handlers import warning
from handlers.admins import spoken
from handlers.group import Group
from handlers.here import Here
from handlers.telling import Telling
from patterns.model import Level


async def alerted(told: Telling, here: Here) -> Telling:
    """Each subscriber who wishes for such a warning once, and once more when it has become louder; somebody who
    subscribes later reads the group.
    """
    group = _group(here)
    wish = ALARM if told.incident.level >= Level.ALARM else CAUTION
    for subscriber in await subscriptions.of_group(here.tx, group.chat.id):
        new = subscriber.user not in told.dossier.parents
        if wish in subscriber.wishes and (new or told.rose):
            told = await _said(told, here, group, subscriber)
    return told


async def corrected(told: Telling, here: Here) -> Telling:
    """Those who were alerted learn what became of it: where it stands, or rung for, as each wishes."""
    group = _group(here)
    decided = told.incident.state in (SCAM, SAFE) and told.incident.state != told.before.state
    for subscriber in await subscriptions.of_group(here.tx, group.chat.id):
        key = _alert(told.old.alerts, told.incident, subscriber)
        said_anew = told.dossier.alerts.get(subscriber.user, key) != key
        if subscriber.user not in told.old.parents or said_anew:
            continue
        if decided and OUTCOME in subscriber.wishes:
            told = await _said(told, here, group, subscriber)
            continue
        language = await spoken(here, subscriber.private_chat, group)
        text = warning.parent(language, group, told.incident, told.dossier)
        if text != warning.parent(language, group, told.before, told.old):
            told = told.edited()
            edit = Edit(
                f"{key}:edit:{told.dossier.edits}", key, text, Priority.PARENT, _buttons(told, language)
            )
            told = told.and_(edit)
    return told


async def copied(here: Here, group: Group, wish: str, said: Callable[[str], Say]) -> list[Say]:
    """What the group is told, in private for each subscriber who wishes for it; `said` is given the language."""
    copies = []
    for subscriber in await subscriptions.of_group(here.tx, group.chat.id):
        if wish not in subscriber.wishes:
            continue
        language = await spoken(here, subscriber.private_chat, group)
        one = said(language)
        title = shown(group.chat.place.title, warning.NAME) or str(group.chat.id)
        copies.append(
            replace(
                one,
                key=f"{one.key}:to:{subscriber.user}"[:160],
                chat=subscriber.private_chat,
                text=lines(say(language, "administered.about", title=title), one.text),
                priority=Priority.TIP,
                reply_to=None,
                thread="",
                may_be_refused=True,
            )
        )
    return copies


async def _said(told: Telling, here: Here, group: Group, subscriber: Subscriber) -> Telling:
    """A message of its own; the one before goes."""
    user = subscriber.user
    before = _alert(told.dossier.alerts, told.incident, subscriber) if user in told.dossier.parents else None
    key = f"incident:{told.incident.id}:parent:{user}"
    if before is not None:
        told = told.edited()
        key += f":{told.dossier.edits}"
    language = await spoken(here, subscriber.private_chat, group)
    said = Say(
        key=key,
        chat=subscriber.private_chat,
        text=warning.parent(language, group, told.incident, told.dossier),
        priority=Priority.PARENT,
        buttons=_buttons(told, language),
        replaces=before,
        incident=told.incident.id,
        may_be_refused=True,
        whisper=group.chat.id,
    )
    dossier = replace(
        told.dossier,
        parents=tuple(sorted({*told.dossier.parents, user})),
        alerts={**told.dossier.alerts, user: key},
    )
    return replace(told, dossier=dossier).and_(said)


def _buttons(told: Telling, language: str) -> warning.Buttons:
    return () if told.incident.state == SAFE else warning.paid_button(language)


def _alert(alerts: Mapping[str, str], incident: Incident, subscriber: Subscriber) -> str:
    """The key of what a subscriber was told last."""
    return alerts.get(subscriber.user, f"incident:{incident.id}:parent:{subscriber.user}")


def _group(here: Here) -> Group:
    assert here.group is not None
    return here.group
