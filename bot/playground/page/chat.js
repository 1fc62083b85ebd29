// The messages of the open chat, as a phone shows them.

import { fileAddress } from "./api.js";
import { byId, el } from "./dom.js";
import { face } from "./faces.js";
import { rank } from "./people.js";
import { richText } from "./richtext.js";
import { chosen, word } from "./words.js";
import { isBot, nameOf, openChat, shownIn, world } from "./world.js";

export const ZONE = "Asia/Shanghai";
const SHOWN = 250;
let drawn = null; // the chat and its last message when it was last drawn
let atEnd = true;

const toEnd = () => { byId("messages").scrollTop = byId("messages").scrollHeight; };

export function drawMessages(on) {
  const list = byId("messages");
  const messages = shownIn(openChat()).slice(-SHOWN);
  const last = messages.at(-1);
  const now = `${openChat()} ${last?.message_id}`;
  const own = now !== drawn && last?.from?.id === world.acting;
  const moved = drawn?.split(" ")[0] !== String(openChat());
  const focus = document.activeElement?.closest?.("[data-message]")?.dataset;
  drawn = now;
  list.replaceChildren(...withDays(messages, on));
  if (!messages.length) {
    list.append(el("li", { class: "empty" }, word(world.opening ? "opening" : world.place === "private" ? "start_private" : "no_messages")));
  }
  if (focus) list.querySelector(`[data-message="${CSS.escape(focus.message)}"] button`)?.focus({ preventScroll: true });
  if (!(atEnd || own || moved)) return;
  toEnd();
  for (const picture of list.querySelectorAll(".bubble img")) picture.addEventListener("load", toEnd, { once: true });
}

// Whoever reads the newest message goes on reading it when the keyboard or the tray takes room away.
export function watchMessages() {
  const list = byId("messages");
  list.addEventListener("scroll", () => { atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 60; });
  new ResizeObserver(() => { if (atEnd) toEnd(); }).observe(list);
}

function withDays(messages, on) {
  const rows = [];
  let day = "";
  for (const message of messages) {
    const when = new Date(message.date * 1000);
    const its = format(when, { month: "short", day: "numeric", weekday: "short" });
    if (its !== day) rows.push(el("li", { class: "day" }, its));
    day = its;
    rows.push(service(message) ?? bubble(message, on));
  }
  return rows;
}

export const format = (when, options) => new Intl.DateTimeFormat(chosen(), { timeZone: ZONE, ...options }).format(when);
const hour = (when) => format(when, { hour: "2-digit", minute: "2-digit", hour12: false });

function service(message) {
  const said = (user, own, other) => (isBot(user) ? word(own) : word(other, { name: currentName(user) }));
  if (message.new_chat_members) {
    return el("li", { class: "service" }, message.new_chat_members.map((user) => said(user, "guard_joined", "joined")).join(" · "));
  }
  if (message.left_chat_member) {
    return el("li", { class: "service" }, said(message.left_chat_member, "guard_left", "left"));
  }
  return null;
}

// Phones show the name an account wears now, also beside what it said earlier. So does this.
const current = (user) => (user && world.users.get(user.id)) || user;
const currentName = (user) => nameOf(current(user));

function bubble(message, on) {
  const sender = message.sender_chat && !message.from?.is_bot ? null : current(message.from);
  const mine = sender?.id === world.acting;
  const guard = isBot(message.from);
  const name = sender ? nameOf(sender) : message.sender_chat?.title ?? "";
  const classes = ["message", mine && "mine", guard && "guard", message.deleted && "deleted"].filter(Boolean).join(" ");
  return el("li", { class: classes, "data-message": message.message_id },
    face(guard ? world.bot : sender ?? { id: 0, first_name: name }),
    el("div", { class: "body" },
      el("div", { class: "from" }, guard ? nameOf(world.bot) : name, tag(sender, guard)),
      el("div", { class: "bubble" }, ...content(message)),
      poll(message, on) ?? keyboard(message, on),
      el("div", { class: "meta" },
        el("span", {}, hour(new Date(message.date * 1000))),
        message.receiver_user && el("span", {}, word("only_you")),
        message.edit_date && el("span", {}, word("edited")),
        message.deleted && el("span", {}, word("removed")),
        ...(message.deleted || message.receiver_user ? [] : deeds(message, mine, on)))));
}

function tag(sender, guard) {
  const text = guard ? "" : rank(sender?.id);
  return text ? el("span", { class: "tag" }, text) : null;
}

function deeds(message, mine, on) {
  const editable = mine && world.side.edits && (message.text !== undefined || message.photo || message.document) && !message.forward_origin;
  return [
    el("button", { type: "button", onclick: () => on.reply(message) }, word("reply")),
    editable && el("button", { type: "button", onclick: () => on.edit(message) }, word("edit")),
    mine && el("button", { type: "button", onclick: () => on.remove(message) }, word("remove")),
  ];
}

function content(message) {
  const parts = [];
  if (message.reply_to_message) parts.push(quote(message.reply_to_message));
  if (message.forward_origin) {
    parts.push(el("div", { class: "forwarded" }, word("forwarded", { name: originName(message.forward_origin) })));
  }
  if (message.photo?.length) {
    parts.push(el("img", { src: fileAddress(message.photo.at(-1).file_id), alt: word("picture") }));
  } else if (message.document) {
    parts.push(document_(message.document));
  } else if (message.poll) {
    parts.push(`📊 ${message.poll.question}`);
  }
  const text = message.text ?? message.caption;
  if (text !== undefined) parts.push(el("span", {}, ...richText(text, message.entities ?? message.caption_entities)));
  return parts.length ? parts : [`［${brief(message)}］`];
}

function document_({ file_name: name = "", file_size: size = 0 }) {
  return el("div", { class: "document" },
    el("span", { class: "sheet", "aria-hidden": "true" }, "📄"),
    el("span", {}, el("b", {}, name || word("file")), el("small", {}, `${Math.max(1, Math.round(size / 1024))} KB`)));
}

function quote(cited) {
  return el("button", {
    type: "button", class: "quote",
    onclick: () => {
      const target = byId("messages").querySelector(`[data-message="${CSS.escape(String(cited.message_id))}"]`);
      target?.scrollIntoView({ block: "center" });
      target?.classList.add("flash");
      setTimeout(() => target?.classList.remove("flash"), 1200);
    },
  }, `${isBot(cited.from) ? nameOf(world.bot) : currentName(cited.from)}: ${brief(cited)}`);
}

const originName = (origin) =>
  currentName(origin.sender_user) || origin.sender_user_name || origin.sender_chat?.title || origin.chat?.title || word("someone");

export function brief(message) {
  if (message.users_shared) return word("users_shared", { name: message.users_shared.users.map(nameOf).join(", ") });
  const kind = ["photo", "document", "voice", "sticker", "contact", "poll"].find((name) => message[name]);
  const words = { photo: "picture", document: "file" };
  const text = message.text ?? message.caption ?? "";
  if (text) return text.length > 60 ? `${text.slice(0, 60)}…` : text;
  return kind ? word(words[kind] ?? kind, { n: message.voice?.duration ?? 0 }) : word("other");
}

// A quiz tells what is right, and why, once somebody has voted.
function poll({ message_id, poll: asked, deleted }, on) {
  if (!asked || deleted) return null;
  const voted = asked.total_voter_count > 0;
  const options = asked.options.map(({ text, voter_count: votes }, at) => el("div", {},
    el("button", { type: "button", "data-option": at, disabled: asked.is_closed, onclick: () => on.vote(message_id, at) },
      voted && asked.correct_option_ids?.includes(at) && "✓ ", text, voted && ` · ${votes}`)));
  return el("div", { class: "keyboard" }, ...options, voted && asked.explanation && el("p", { class: "hint" }, asked.explanation));
}

function keyboard(message, on) {
  const rows = message.reply_markup?.inline_keyboard;
  if (!rows?.length || message.deleted) return null;
  return el("div", { class: "keyboard" }, ...rows.map((row, y) => el("div", {}, ...row.map((button, x) =>
    el("button", { type: "button", "data-command": button.callback_data, onclick: (event) => on.press(message, [y, x], event.currentTarget) }, button.text)))));
}
