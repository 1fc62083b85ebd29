"""A command as somebody gave it, and the ways to answer it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.actions import Action, Answer, Button, Edit, Say
from bot.events import ButtonPressed, MessageSeen
from bot.places import Chat
from bot.store import posted
from bot.texts import lines, plain, say, shown
from handlers.here import Here
from patterns.model import Person

Buttons = tuple[tuple[Button, ...], ...]

# What a command in private begins with to say which group is meant: ~12 is the chat of that number.
SIGN = "~"
_TITLE = 32


@dataclass(frozen=True, slots=True)
class Call:
    """A command as somebody gave it: typed (`message`) or by a button (`press`).

    `turn` is set for those who have to take turns: the same turn is answered with one message.
    `at` is the private chat in which an admin steers a group from afar: it is answered there, while
    everything else about the call is the group's.
    `vouched`: the sender has just proved with a code that the account is theirs.
    """

    sender: Person
    args: str
    language: str
    message: MessageSeen | None = None
    press: ButtonPressed | None = None
    turn: str = ""
    at: Chat | None = None
    vouched: bool = False

    @property
    def key(self) -> str:
        """Unique for this call and the same when it is delivered again; outbox keys are built on it."""
        if self.press is not None:
            return f"press:{self.press.press}"
        assert self.message is not None
        # A group that moves to another address counts its messages anew.
        return f"message:{self.message.message.id}:{int(self.message.at.timestamp())}"

    @property
    def words(self) -> list[str]:
        return self.args.split()

    def reply(self, here: Here, text: str, buttons: Buttons = (), part: str = "answer") -> Say:
        """Post in the chat the command came from, as an answer to it."""
        seen, chat = self.message, self.at or here.chat
        place = chat.place if seen is None else seen.place
        return Say(
            key=f"{part}:{chat.id}:{self.turn or self.key}",
            chat=chat.id,
            text=self.headed(here, text),
            buttons=self.aimed(here, buttons),
            reply_to=seen.message.id if seen is not None and self._given_in(here) else None,
            thread=place.thread if self.press is None else self.press.place.thread,
        )

    def _given_in(self, here: Here) -> bool:
        """Whether it was typed in this very group; a change may be vouched for elsewhere."""
        same = self.message is not None and self.message.place.address == here.chat.place.address
        return same and here.group is not None

    def flash(self, here: Here, text: str = "", alert: bool = False) -> list[Action]:
        """Answer the press over the chat; nothing when the command was typed."""
        if self.press is None:
            return []
        chat = self.at or here.chat
        return [
            Answer(
                key=f"flash:{chat.id}:{self.key}",
                chat=chat.id,
                press=self.press.press,
                text=text[:200],
                alert=alert,
            )
        ]

    async def show(self, here: Here, text: str, buttons: Buttons = ()) -> list[Action]:
        """Answer in place: the message whose button was pressed is rewritten, a typed command gets a reply."""
        press, chat = self.press, self.at or here.chat
        target = press and await posted.bearing(here.tx, chat.id, press.message_id, press.data)
        if not target:
            return [self.reply(here, text, buttons), *self.flash(here)]
        edit = Edit(
            key=f"shown:{chat.id}:{self.key}",
            target=target,
            text=self.headed(here, text),
            buttons=self.aimed(here, buttons),
        )
        return [edit, *self.flash(here)]

    def tell(self, here: Here, text: str) -> list[Action]:
        """Say the text under this key: over the chat after a press, as a reply after a typed command."""
        if self.press is not None:
            return self.flash(here, plain(self.language, text), alert=True)
        return [self.reply(here, say(self.language, text))]

    def publicly(self) -> Call:
        """The same as if given in the group: for what is posted there for everybody."""
        return replace(self, at=None)

    def posted(self, here: Here) -> list[Action]:
        """Something now stands in the group; from afar that has to be said."""
        if self.at is None:
            return self.flash(here)
        return [self.reply(here, say(self.language, "administered.posted"), part="posted"), *self.flash(here)]

    def headed(self, here: Here, text: str) -> str:
        """From afar every answer begins with the group it is about."""
        if self.at is None:
            return text
        title = shown(here.chat.place.title, _TITLE) or str(here.chat.id)
        return lines(say(self.language, "administered.about", title=title), text)

    def aimed(self, here: Here, buttons: Buttons) -> Buttons:
        """From afar every button says which group it means; where there is none, one leads back to the panel."""
        if self.at is None:
            return buttons
        panel = Button(plain(self.language, "administered.panel"), "/panel")
        return tuple(tuple(_aimed(one, here.chat.id) for one in row) for row in buttons or ((panel,),))


def _aimed(button: Button, chat: int) -> Button:
    name, _, rest = button.command.partition(" ")
    if not name or rest.startswith(SIGN):
        return button
    return replace(button, command=f"{name} {SIGN}{chat} {rest}".rstrip())
