"""Where money may go in a group: payees by keyed mark, last digits or name, and the school's web addresses."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.gathered import gathered
from bot.store.moments import milliseconds
from bot.store.tables import domains, payees
from bot.store.upserts import insert as upsert

ACCOUNT, TAIL, NAME = KINDS = ("account", "tail", "name")


@dataclass(frozen=True, slots=True)
class Payee:
    """`mark` is keyed and there for an account only; `label` is what may be shown: a name, the last digits."""

    kind: str
    label: str
    mark: str = ""
    id: int = 0


async def load(tx: AsyncConnection, chat: int) -> tuple[Payee, ...]:
    return (await of_each(tx, [chat])).get(chat, ())


async def of_each(tx: AsyncConnection, chats: Collection[int]) -> dict[int, tuple[Payee, ...]]:
    columns = payees.c.chat_id, payees.c.kind, payees.c.label, payees.c.mark, payees.c.id
    rows = await tx.execute(select(*columns).where(payees.c.chat_id.in_(chats)).order_by(payees.c.id))
    return gathered((chat, Payee(*row)) for chat, *row in rows)


async def add(tx: AsyncConnection, chat: int, payee: Payee, by: str, at: datetime) -> bool:
    """Whether this is new."""
    for known in await load(tx, chat):
        if known.kind == payee.kind and (known.mark or known.label) == (payee.mark or payee.label):
            return False
    await tx.execute(
        insert(payees).values(
            chat_id=chat,
            kind=payee.kind,
            mark=payee.mark,
            label=payee.label,
            added_by=by,
            added_at=milliseconds(at),
        )
    )
    return True


async def remove(tx: AsyncConnection, chat: int, payee: int) -> bool:
    """Whether there was such a payee."""
    gone = await tx.execute(delete(payees).where(payees.c.chat_id == chat, payees.c.id == payee))
    return gone.rowcount > 0


async def hosts(tx: AsyncConnection, chat: int) -> tuple[str, ...]:
    """The web addresses of the school, in the order of the alphabet."""
    return (await hosts_of_each(tx, [chat])).get(chat, ())


async def hosts_of_each(tx: AsyncConnection, chats: Collection[int]) -> dict[int, tuple[str, ...]]:
    columns = domains.c.chat_id, domains.c.host
    rows = await tx.execute(select(*columns).where(domains.c.chat_id.in_(chats)).order_by(domains.c.host))
    return gathered((chat, host) for chat, host in rows)


async def add_hosts(tx: AsyncConnection, chat: int, added: Iterable[str], at: datetime) -> None:
    rows = [{"chat_id": chat, "host": host, "added_at": milliseconds(at)} for host in dict.fromkeys(added)]
    if rows:
        await tx.execute(upsert(domains).on_conflict_do_nothing(), rows)


async def remove_host(tx: AsyncConnection, chat: int, host: str) -> bool:
    """Whether it was registered."""
    gone = await tx.execute(delete(domains).where(domains.c.chat_id == chat, domains.c.host == host))
    return gone.rowcount > 0
