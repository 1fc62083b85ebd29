// Writing as the chosen person: text, pictures, codes, files, edits, replies; names, faces, joining and leaving.

import { patch, post } from "./api.js";
import { brief } from "./chat.js";
import { ask, byId, el, toast } from "./dom.js";
import { word } from "./words.js";
import { everyone, isPresent, messagesOf, nameOf, openChat, world } from "./world.js";

const LARGEST = 10 * 1024 * 1024;
// Invented codes: they have the form of real ones and lead nowhere.
const CODES = { wechat: "wxp://f2f0pLaYgRoUnDn0tReal", alipay: "https://qr.alipay.com/fkxpl4ygr0undn0treal", link: "https://pay.example/class" };

let about = null; // the message being answered or edited: { kind, message }

export async function attempt(work) {
  try {
    return await work();
  } catch (error) {
    toast(word("failed", { error: error.message }));
    return null;
  }
}

const where = () => (world.place === "private" ? { from: world.acting, to_bot: true } : { from: world.acting, chat: world.group });

function send(message) {
  if (world.place === "group" && !isPresent(world.acting)) return toast(word("need_member"));
  const reply = about?.kind === "reply" ? { reply_to: about.message.message_id } : {};
  setAbout(null);
  return attempt(() => post("messages", { ...where(), ...reply, ...message }));
}

export function setAbout(value) {
  about = value;
  const bar = byId("about-draft");
  bar.hidden = !about;
  if (!about) return;
  const key = about.kind === "edit" ? "editing" : "replying";
  bar.querySelector("span").textContent = word(key, { text: brief(about.message) });
  if (about.kind === "edit") byId("draft").value = about.message.text ?? about.message.caption ?? "";
  byId("draft").focus();
}

export const messageDeeds = {
  reply: (message) => setAbout({ kind: "reply", message }),
  edit: (message) => setAbout({ kind: "edit", message }),
  remove: (message) => attempt(() => post("deletes", { chat: openChat(), message_ids: [message.message_id] })),
  vote: (message_id, option) =>
    attempt(() => post("votes", { chat: openChat(), message_id, from: world.acting, options: [option] })),
  async press(message, button, node) {
    node.disabled = true;
    const told = await attempt(() =>
      post("press", { chat: openChat(), message_id: message.message_id, from: world.acting, button, wait: 5 }));
    node.disabled = false;
    const start = told?.url && new URL(told.url, "https://t.me").searchParams.get("start");
    if (told?.url && new URL(told.url).searchParams.has("startgroup")) await grant(told.url);
    if (start) {
      byId("open-private").click();
      await attempt(() => post("messages", { from: world.acting, to_bot: true, text: `/start ${start}` }));
    }
  },
};

// What the phone asks of a group's owner after such a link: to make the bot an admin with these rights.
function grant(url) {
  const rights = Object.fromEntries((new URL(url).searchParams.get("admin") ?? "").split(/[ +]/).map((one) => [`can_${one}`, true]));
  return attempt(() =>
    post("members", { chat: world.group, user: world.bot.id, status: "administrator", by: world.acting, rights }));
}

async function somebody(title) {
  const others = everyone().filter(({ id }) => id !== world.acting).map((user) => [String(user.id), nameOf(user)]);
  const told = await ask(title, [{ name: "user", label: word("whom"), choices: others }]);
  return told && world.users.get(Number(told.user));
}

// The keys the bot has put in place of the keyboard in private, until one was used or it took them away.
export function drawKeys() {
  const messages = world.place === "private" ? messagesOf(openChat()) : [];
  const last = messages.findLast((message) => message.keys || message.users_shared);
  const keys = (last?.keys ?? []).flat();
  byId("keys").hidden = !keys.length;
  byId("keys").replaceChildren(...keys.map((key) => el("button", { type: "button", onclick: () => pressKey(key) }, key.text)));
}

async function pressKey(key) {
  if (!key.request_users) return send({ text: key.text });
  const person = await somebody(key.text);
  if (person) await send({ users_shared: { users: [person.id] } });
}

async function submit(event) {
  event.preventDefault();
  const draft = byId("draft");
  const text = draft.value.trim();
  if (!text) return;
  draft.value = "";
  grow();
  if (about?.kind !== "edit") return send({ text });
  const { message } = about;
  setAbout(null);
  const field = message.text === undefined ? "caption" : "text";
  await attempt(() => post("edits", { chat: openChat(), message_id: message.message_id, [field]: text }));
}

function grow() {
  const draft = byId("draft");
  draft.style.height = "auto";
  draft.style.height = `${Math.min(draft.scrollHeight + 2, 128)}px`;
}

async function base64(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = "";
  for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(text);
}

async function sendFile(input, kind) {
  const [file] = input.files;
  input.value = "";
  if (!file) return;
  if (file.size > LARGEST) return toast(word("too_big"));
  const caption = byId("draft").value.trim();
  byId("draft").value = "";
  const data = await base64(file);
  const body = kind === "picture" ? { photo: { base64: data } } : { document: { name: file.name, base64: data } };
  await send(caption ? { ...body, caption } : body);
}

const DOINGS = {
  picture: () => byId("picture-file").click(),
  file: () => byId("any-file").click(),
  async code() {
    const kinds = ["wechat", "alipay", "link"].map((key) => [key, word(key)]);
    const told = await ask(word("do_code"), [
      { name: "kind", label: word("code_kind"), choices: kinds },
      { name: "above", label: word("code_above"), value: nameOf(world.users.get(world.acting)) },
      { name: "text", label: word("code_text"), value: byId("draft").value },
    ]);
    if (!told) return;
    byId("draft").value = "";
    await send({ photo: { qr: CODES[told.kind], caption: told.above }, ...(told.text ? { caption: told.text } : {}) });
  },
  async contact() {
    const person = await somebody(word("contact"));
    const contact = person && { phone_number: "+000000000", first_name: nameOf(person), user: person.id };
    if (contact) await send({ contact });
  },
  async rename() {
    const told = await ask(word("do_rename"), [
      { name: "name", label: word("new_name"), value: nameOf(world.users.get(world.acting)) }]);
    if (!told?.name.trim()) return;
    const renamed = { first_name: told.name, last_name: "" };
    if (await attempt(() => patch(`users/${world.acting}`, renamed))) toast(word("renamed", { name: told.name }));
  },
  async avatar() {
    const others = everyone().filter(({ id }) => id !== world.acting).map((user) => [user.key ?? user.id, nameOf(user)]);
    const told = await ask(word("do_avatar"), [{ name: "user", label: word("copy_from"), choices: others }]);
    if (!told) return;
    const copied = { picture: { copy_of: told.user } };
    if (await attempt(() => patch(`users/${world.acting}`, copied))) toast(word("wears"));
  },
  membership: () => attempt(() => post("members", {
    chat: world.group, user: world.acting, status: isPresent(world.acting) ? "left" : "member",
  })),
};

export function watchComposer() {
  byId("composer").addEventListener("submit", submit);
  byId("draft").addEventListener("input", grow);
  byId("draft").addEventListener("keydown", (event) => {
    if (event.key === "Escape") setAbout(null);
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    byId("composer").requestSubmit();
  });
  byId("about-draft").querySelector("button").addEventListener("click", () => setAbout(null));
  byId("more").addEventListener("click", () => {
    byId("tray").hidden = !byId("tray").hidden;
    byId("more").setAttribute("aria-expanded", String(!byId("tray").hidden));
  });
  byId("tray").addEventListener("click", (event) => DOINGS[event.target.closest("[data-do]")?.dataset.do]?.());
  byId("picture-file").addEventListener("change", (event) => sendFile(event.target, "picture"));
  byId("any-file").addEventListener("change", (event) => sendFile(event.target, "file"));
}
