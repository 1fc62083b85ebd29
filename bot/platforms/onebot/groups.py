"""The groups an account is in, their admins and members, as the implementation tells of them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from bot.abilities import Right
from bot.places import Place
from bot.platforms import Keeper, Later, Member, Refused, Unsure
from bot.platforms.onebot import reading
from bot.platforms.onebot.known import Known
from bot.platforms.onebot.people import group_number, name_of, number_of, person_id, person_of
from bot.platforms.onebot.performing import Call

# Seconds between two groups whose members are asked for.
POLITE = 1.0


class Groups:
    """`guarded` are the numbers of those that are wanted; none means all."""

    def __init__(self, call: Call, known: Known, guarded: frozenset[int]) -> None:
        self._call = call
        self._known = known
        self._guarded = guarded

    async def learn(self) -> list[int]:
        """Which groups there are; their titles come with them."""
        told = await self._call("get_group_list", {})
        listed = [one for one in told or () if isinstance(one, dict) and one.get("group_id")]
        for one in listed:
            self._known.titles[int(one["group_id"])] = str(one.get("group_name") or "")
        numbers = [int(one["group_id"]) for one in listed]
        # An implementation that has just begun may know of none yet.
        self._known.groups = set(numbers) or None
        return [number for number in numbers if not self._guarded or number in self._guarded]

    async def learn_members(self, groups: Sequence[int]) -> None:
        for group in groups:
            with suppress(Later, Refused, Unsure):
                await self._members(group)
            await asyncio.sleep(POLITE)

    async def _members(self, group: int) -> Sequence[Mapping[str, Any]]:
        told = await self._call("get_group_member_list", {"group_id": group})
        listed = [one for one in told or () if isinstance(one, dict)]
        self._known.fill(group, listed)
        return listed

    async def admins(self, place: Place) -> tuple[Keeper, ...]:
        members = await self._members(group_number(place))
        return tuple(
            Keeper(person_id(one["user_id"]), name_of(one), one.get("role") == "owner", True)
            for one in members
            if one.get("role") in ("owner", "admin")
            and one.get("is_robot") is not True
            and str(one.get("user_id")) != self._known.me
        )

    async def rights(self, place: Place) -> frozenset[Right]:
        asked = {"group_id": group_number(place), "user_id": int(self._known.me or 0), "no_cache": True}
        told = await self._call("get_group_member_info", asked)
        muted = int(told.get("shut_up_timestamp") or 0) > time.time()
        return reading.rights_of(told.get("role"), muted=muted)

    async def member(self, place: Place, user: str) -> Member | None:
        group, number = group_number(place), number_of(user)
        asked = {"group_id": group, "user_id": number, "no_cache": True}
        try:
            told = await self._call("get_group_member_info", asked)
        except Refused:
            return None
        return _member(told) if isinstance(told, dict) and told.get("user_id") else None

    async def everyone(self, place: Place) -> Sequence[Member]:
        members = await self._members(group_number(place))
        return [_member(one) for one in members if str(one.get("user_id")) not in ("", self._known.me)]


def _member(told: Mapping[str, Any]) -> Member:
    joined = told.get("join_time")
    known = datetime.fromtimestamp(joined, UTC) if isinstance(joined, int) and joined > 0 else None
    return Member(person_of(told["user_id"], told), known)
