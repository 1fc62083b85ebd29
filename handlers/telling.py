"""Who hears of an incident in the group and of its admins: one public message, a card for each admin."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from bot.actions import Action, Button, Edit, Priority, Recall, Say
from bot.store import chats
from bot.store import incidents as store
from bot.store.incidents import SAFE, Incident
from bot.texts import plain
from handlers import cards, drill, warning
from handlers.admins import spoken
from handlers.commands import door
from handlers.dossier import Dossier
from handlers.group import Group
from handlers.here import Here
from handlers.seen import Seen
from patterns.model import Level

# So many other messages later the warning has scrolled away.
SCROLLED = 20


@dataclass(frozen=True, slots=True)
class Telling:
    """An incident before and after the event, and what is to be said about the difference."""

    before: Incident
    old: Dossier
    incident: Incident
    dossier: Dossier
    actions: tuple[Action, ...] = field(default=())

    @property
    def rose(self) -> bool:
        """Louder than before, or alarming again after it had been called off."""
        called_off = self.before.state == SAFE != self.incident.state
        return called_off or self.incident.level > self.before.level

    def and_(self, *actions: Action) -> Telling:
        return replace(self, actions=(*self.actions, *actions))

    async def keep(self, here: Here) -> None:
        """Write down the incident as it now is."""
        await store.save(here.tx, replace(self.incident, facts=self.dossier.to_json()))

    def edited(self) -> Telling:
        """With the next number for an edit."""
        return replace(self, dossier=replace(self.dossier, edits=self.dossier.edits + 1))


async def group_told(told: Telling, seen: Seen | None, here: Here) -> Telling:
    """One public message an incident. A rise, or the scam again out of sight of the last warning, replaces it,
    because an edit rings no phone; anything else that became known edits it. An exercise gives way to it.
    """
    group = _group(here)
    incident, language = told.incident, group.settings["language"]
    if not incident.public_key or told.rose or _scrolled_away(told, seen, here):
        told = _posted(told, here, seen.message.id if seen else incident.message_id)
        return told.and_(*await drill.interrupted(here))
    text = warning.public(language, incident, told.dossier)
    if text == warning.public(language, told.before, told.old):
        return told
    return rewritten(told, here, text, public_buttons(here, language))


def rewritten(told: Telling, here: Here, text: str, buttons: warning.Buttons = ()) -> Telling:
    """Change the public message; where messages cannot be edited, send it anew in place of the old one."""
    incident = told.incident
    if not incident.public_key:
        return told
    if not here.me.abilities.edits:
        return _posted(told, here, incident.message_id, text, buttons)
    told = told.edited()
    key = f"incident:{incident.id}:edit:{told.dossier.edits}"
    return told.and_(Edit(key, incident.public_key, text, _priority(incident), buttons))


def withdrawn(told: Telling) -> Telling:
    """Take the public message away."""
    incident = told.incident
    if not incident.public_key:
        return told
    recall = Recall(f"incident:{incident.id}:withdrawn:{incident.revision}", incident.public_key)
    return replace(told, incident=replace(incident, public_key="")).and_(recall)


def public_buttons(here: Here, language: str) -> warning.Buttons:
    """For whoever has paid, and for whoever wrote the message and has something to say: where no link leads to the
    private chat, they are told how to get there.
    """
    mine = ((Button(plain(language, "appeal.button.mine"), "/appeal"),),)
    return (*warning.paid_button(language), *(door(here, language, "appeal", "appeal.button.mine") or mine))


async def admins_told(
    told: Telling, here: Here, ring: bool = True, anew: bool = False, but: str = ""
) -> Telling:
    """A card for each admin; a rise sends it again, what else becomes known changes it where it is.

    `anew`: it is to ring though nothing rose, for everybody `but` the one who has just read it.
    """
    group = _group(here)
    told = told.edited()
    for admin in group.alerted:
        if admin.user == here.me.id:
            continue
        private = await chats.private(here.tx, group.chat.place.platform, admin.user, here.now)
        language = await spoken(here, private.id, group)
        present = told.dossier.cards.get(admin.user)
        if present is None or (anew and admin.user != but) or (ring and told.rose):
            told = _dealt(told, here, admin.user, private.id, language, present)
        else:
            text = cards.card(language, group, told.incident, told.dossier)
            if text != cards.card(language, group, told.before, told.old):
                key = f"incident:{told.incident.id}:admin:{admin.user}:edit:{told.dossier.edits}"
                buttons = cards.buttons(language, told.incident, told.dossier, admin.user, here.me.abilities)
                told = told.and_(Edit(key, present, text, Priority.ADMIN, buttons))
    return told


def card_again(told: Telling, here: Here, user: str, private: int, language: str) -> Telling:
    """An admin's card anew, at the end of their talk with the bot; the one before goes."""
    told = told.edited()
    return _dealt(told, here, user, private, language, told.dossier.cards.get(user))


def _dealt(told: Telling, here: Here, user: str, private: int, language: str, present: str | None) -> Telling:
    incident, dossier = told.incident, told.dossier
    key = f"incident:{incident.id}:admin:{user}"
    if present is not None:
        key += f":{incident.level}:{dossier.edits}"
    said = Say(
        key=key,
        chat=private,
        text=cards.card(language, _group(here), incident, dossier),
        priority=Priority.ADMIN,
        buttons=cards.buttons(language, incident, dossier, user, here.me.abilities),
        picture=dossier.picture,
        replaces=present,
        incident=incident.id,
        may_be_refused=True,
        whisper=incident.chat,
    )
    dealt = {**dossier.cards, user: key}
    return replace(told, dossier=replace(dossier, cards=dealt)).and_(said)


def _posted(
    told: Telling,
    here: Here,
    reply_to: str,
    text: str = "",
    buttons: warning.Buttons | None = None,
) -> Telling:
    group = _group(here)
    language = group.settings["language"]
    before = told.incident
    key = f"incident:{before.id}:public:{before.revision + 1}"
    incident = replace(before, public_key=key, revision=before.revision + 1)
    said = Say(
        key=key,
        chat=incident.chat,
        text=text or warning.public(language, incident, told.dossier),
        priority=_priority(incident),
        buttons=public_buttons(here, language) if buttons is None else buttons,
        reply_to=reply_to or None,
        thread=told.dossier.thread,
        replaces=before.public_key or None,
        incident=incident.id,
    )
    dossier = replace(told.dossier, spoken=here.memory.heard(incident.chat))
    return replace(told, incident=incident, dossier=dossier).and_(said)


def _scrolled_away(told: Telling, seen: Seen | None, here: Here) -> bool:
    if seen is None or seen.verdict.level < Level.CAUTION:
        return False
    heard, spoken = here.memory.heard(told.incident.chat), told.dossier.spoken
    # After a restart counting begins anew: what was heard since is all that is known.
    others = heard - spoken if heard >= spoken else heard
    return others > SCROLLED


def _priority(incident: Incident) -> Priority:
    return Priority.ALARM if incident.level >= Level.ALARM else Priority.CAUTION


def _group(here: Here) -> Group:
    assert here.group is not None
    return here.group
