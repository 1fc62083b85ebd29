"""/domain: the school's own web addresses, to which parents may be led; add, list, remove."""

from __future__ import annotations

from bot.actions import Action, Button
from bot.store import payees as store
from bot.texts import lines, plain, say
from handlers import challenges, weakening
from handlers.administered import Meant, about, meant
from handlers.choosing import called
from handlers.commands import Call, Command, Where
from handlers.here import Here
from patterns.artefacts.hosts import host_of, oddity, registered_part

_LISTED = 30
_LONGEST = 40
# Where anybody may put up a page, a form or a shop: whoever vouched for these would vouch for everybody.
_SHARED = frozenset(
    {
        "qq.com", "weixin.qq.com", "docs.qq.com", "wx.qq.com", "wjx.cn", "wjx.top", "jinshuju.net", "jsjform.com",
        "taobao.com", "tmall.com", "jd.com", "alipay.com", "feishu.cn", "dingtalk.com", "kdocs.cn", "shimo.im",
        "google.com", "docs.google.com", "forms.gle", "sites.google.com", "github.io", "notion.site", "notion.so",
        "microsoft.com", "office.com", "sharepoint.com", "dropbox.com", "wordpress.com", "weebly.com", "wixsite.com",
        "facebook.com", "telegram.org", "t.me", "line.me", "whatsapp.com", "pages.dev", "vercel.app", "netlify.app",
    }
)  # fmt: skip


async def run(call: Call, here: Here) -> list[Action]:
    found = await meant(call, here, "domain")
    if isinstance(found, list):
        return found
    verb, _, rest = found.call.args.partition(" ")
    if verb.casefold() in called("add", "payee.word.add"):
        return await _add(found, here, rest.strip())
    if verb.casefold() in called("remove", "payee.word.remove"):
        return await _remove(found, here, rest.strip())
    return await _list(found, here)


def acceptable(typed: str) -> str:
    """The host of an address the school may have to itself; empty for one it cannot."""
    host = host_of(typed.strip().casefold()) if typed.strip() else ""
    labels = host.split(".")
    sound = len(labels) > 1 and all(labels) and len(host) <= _LONGEST and " " not in host
    suffix = registered_part(f"x.{host}") == f"x.{host}"
    return host if sound and not suffix and not oddity(host) and host not in _SHARED else ""


async def _add(found: Meant, here: Here, typed: str) -> list[Action]:
    call, host = found.call, acceptable(typed)
    if not host:
        return [call.reply(here, say(call.language, "domain.refused" if typed else "domain.how"))]
    if host in await store.hosts(here.tx, found.there.chat.id):
        return call.tell(here, "domain.known")
    line = f"/domain {about(here, found.there)}add {host}"
    if (held := await challenges.held(call, here, found.group, line)) is not None:
        return held
    await store.add_hosts(here.tx, found.there.chat.id, [host], here.now)
    told = await weakening.leading(call, here, found.group, host)
    return [call.reply(here, say(call.language, "domain.added", host=host)), *told]


async def _remove(found: Meant, here: Here, typed: str) -> list[Action]:
    if not await store.remove_host(here.tx, found.there.chat.id, host_of(typed.casefold()) or typed):
        return [
            found.call.reply(here, say(found.call.language, "domain.remove_which")),
            *found.call.flash(here),
        ]
    return await _list(found, here)


async def _list(found: Meant, here: Here) -> list[Action]:
    call, hosts = found.call, await store.hosts(here.tx, found.there.chat.id)
    if not hosts:
        return await call.show(here, say(call.language, "domain.none"))
    listed = (say(call.language, "domain.line", host=host) for host in hosts[:_LISTED])
    text = lines(say(call.language, "domain.listed"), *listed, say(call.language, "domain.how"))
    buttons = tuple(
        (
            Button(
                plain(call.language, "payee.button.remove", name=host),
                f"/domain {about(here, found.there)}remove {host}",
            ),
        )
        for host in hosts[:_LISTED]
    )
    return await call.show(here, text, buttons)


COMMAND = Command("domain", run, admin=True, where=Where.BOTH, menu=None)
