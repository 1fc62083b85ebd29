"""What parents who asked for it are told in private: warnings, what became of them, and what the group is taught."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache, partial

from bot.actions import Edit, Priority, Say
from bot.store import subscriptions
from bot.store.incidents import SAFE, SCAM, Incident
from bot.store.subscriptions import ALARM, CAUTION, OUTCOME, Subscriber
from bot.texts import lines, say, shown
from handlers import warning
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
    known = frozenset(told.dossier.parents)
    asked = [one for one in await subscriptions.of_group(here.tx, group.chat.id) if wish in one.wishes]
    return _said(told, group, [one for one in asked if told.rose or one.user not in known])


async def corrected(told: Telling, here: Here) -> Telling:
    """Those who were alerted learn what became of it: where it stands, or rung for, as each wishes."""
    group = _group(here)
    known = frozenset(told.old.parents)
    if not known:
        return told
    decided = told.incident.state in (SCAM, SAFE) and told.incident.state != told.before.state
    keys = {
        one: key
        for one in await subscriptions.of_group(here.tx, group.chat.id)
        if one.user in known
        and told.dossier.alerts.get(one.user, key := _alert(told.old.alerts, told.incident, one)) == key
    }
    rung = [one for one in keys if decided and OUTCOME in one.wishes]
    still = {one: key for one, key in keys.items() if one not in rung}
    return _reworded(_said(told, group, rung), group, still)


async def copied(here: Here, group: Group, wish: str, said: Callable[[str], Say]) -> list[Say]:
    """What the group is told, in private for each subscriber who wishes for it; `said` is given the language."""
    copies = []
    for subscriber in await subscriptions.of_group(here.tx, group.chat.id):
        if wish not in subscriber.wishes:
            continue
        language = _language(subscriber, group)
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


def _said(told: Telling, group: Group, subscribers: Sequence[Subscriber]) -> Telling:
    """A message of its own for each; the one before goes. A thousand of them hold up the group's own warning, so
    words are found once a language.
    """
    if not subscribers:
        return told
    known, alerts = frozenset(told.dossier.parents), dict(told.dossier.alerts)
    if not known.isdisjoint(one.user for one in subscribers):
        told = told.edited()
    worded = cache(partial(warning.parent, group=group, incident=told.incident, dossier=told.dossier))
    said = []
    for one in subscribers:
        before = _alert(alerts, told.incident, one) if one.user in known else None
        key = f"incident:{told.incident.id}:parent:{one.user}"
        alerts[one.user] = key if before is None else f"{key}:{told.dossier.edits}"
        language = _language(one, group)
        said.append(
            Say(
                key=alerts[one.user],
                chat=one.private_chat,
                text=worded(language),
                priority=Priority.PARENT,
                buttons=_buttons(told, language),
                replaces=before,
                incident=told.incident.id,
                may_be_refused=True,
                whisper=group.chat.id,
            )
        )
    parents = tuple(sorted({*known, *(one.user for one in subscribers)}))
    return replace(told, dossier=replace(told.dossier, parents=parents, alerts=alerts)).and_(*said)


def _reworded(told: Telling, group: Group, keys: Mapping[Subscriber, str]) -> Telling:
    """What they were told says what is known now, where it stands."""
    now = cache(partial(warning.parent, group=group, incident=told.incident, dossier=told.dossier))
    then = cache(partial(warning.parent, group=group, incident=told.before, dossier=told.old))
    changed = {
        one: key for one, key in keys.items() if now(_language(one, group)) != then(_language(one, group))
    }
    if not changed:
        return told
    told = told.edited()
    edits = []
    for one, key in changed.items():
        language = _language(one, group)
        edit_key = f"{key}:edit:{told.dossier.edits}"
        edits.append(Edit(edit_key, key, now(language), Priority.PARENT, _buttons(told, language)))
    return told.and_(*edits)


def _language(subscriber: Subscriber, group: Group) -> str:
    return subscriber.language or group.settings["language"]


def _buttons(told: Telling, language: str) -> warning.Buttons:
    return () if told.incident.state == SAFE else warning.paid_button(language)


def _alert(alerts: Mapping[str, str], incident: Incident, subscriber: Subscriber) -> str:
    """The key of what a subscriber was told last."""
    return alerts.get(subscriber.user, f"incident:{incident.id}:parent:{subscriber.user}")


def _group(here: Here) -> Group:
    assert here.group is not None
    return here.group
