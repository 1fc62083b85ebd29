// What the page knows: people, chats, messages, what the guard saw; kept true by the server's events.

import { get } from "./api.js";

const SEEN_KEPT = 300;
const ONLOOKER = "lele"; // a parent, who sees what parents see

export const world = {
  bot: null, users: new Map(), chats: new Map(), messages: new Map(), seen: [], clock: null,
  sides: [], side: null, hears: true, opening: false, group: null, acting: null, place: "group", unread: new Set(), event: 0, cast: {},
};

export async function load() {
  const [state, seen] = await Promise.all([get("state?messages=200"), get("seen?after=0")]);
  const before = world.users.get(world.acting);
  world.bot = state.bot;
  world.users = new Map(state.users.map((user) => [user.id, user]));
  world.chats = new Map(state.chats.map((chat) => [chat.id, chat]));
  world.messages = new Map(state.chats.map((chat) => [chat.id, chat.messages]));
  for (const { user, messages } of state.private) world.messages.set(user, messages);
  world.group = state.chats.find((chat) => chat.type !== "channel")?.id ?? null;
  world.seen = seen.seen.slice(-SEEN_KEPT);
  world.clock = { ...state.clock, read: performance.now() };
  world.event = state.event;
  world.unread = new Set();
  const people = everyone();
  world.acting = (people.find((user) => before?.key && user.key === before.key)
    ?? people.find((user) => user.key === ONLOOKER) ?? people[0])?.id ?? null;
}

export const everyone = () => [...world.users.values()].filter((user) => !user.is_bot);
export const nameOf = (user) => (user ? [user.first_name, user.last_name].filter(Boolean).join(" ") : "");
export const isBot = (user) => Boolean(user && world.bot && user.id === world.bot.id);
export const openChat = () => (world.place === "private" ? world.acting : world.group);
// What the bot shows one member alone is on nobody else's phone.
export const shownIn = (chat) => messagesOf(chat).filter(({ receiver_user: alone }) => !alone || alone.id === world.acting);
export const messagesOf = (chat) => world.messages.get(chat) ?? [];
export const memberOf = (user) => world.chats.get(world.group)?.members.find((member) => member.user === user);
export const isPresent = (user) => ["creator", "administrator", "member", "restricted"].includes(memberOf(user)?.status);

// Takes one event in; returns the names of the parts of the page that have to be drawn again.
export function take(event) {
  world.event = event.n;
  return TAKING[event.kind]?.(event) ?? [];
}

const TAKING = {
  message({ chat_id, message }) {
    const list = messagesOf(chat_id);
    list.push(message);
    world.messages.set(chat_id, list);
    const hidden = world.users.has(chat_id) && openChat() !== chat_id;
    if (hidden && message.by_bot) world.unread.add(chat_id);
    return chat_id === openChat() ? ["messages"] : ["people"];
  },
  whispered({ chat_id, message }) {
    world.messages.set(chat_id, [...messagesOf(chat_id), message]);
    return ["messages"];
  },
  edited({ chat_id, message }) {
    const list = messagesOf(chat_id);
    const at = list.findIndex(({ message_id }) => message_id === message.message_id);
    if (at >= 0) list[at] = message;
    return ["messages"];
  },
  deleted({ chat_id, message_ids }) {
    for (const message of messagesOf(chat_id)) {
      if (message_ids.includes(message.message_id)) message.deleted = true;
    }
    return ["messages"];
  },
  member({ chat_id, member }) {
    const chat = world.chats.get(chat_id);
    if (!chat) return [];
    chat.members = [...chat.members.filter(({ user }) => user !== member.user), member];
    return ["people", "messages"];
  },
  user({ user }) {
    world.users.set(user.id, user);
    return ["people", "messages"];
  },
  chat({ chat }) {
    world.chats.set(chat.id, { ...world.chats.get(chat.id), ...chat });
    world.group ??= chat.id;
    return ["people", "messages"];
  },
  clock({ clock }) {
    world.clock = { ...clock, read: performance.now() };
    return ["clock"];
  },
  seen({ seen }) {
    world.seen = [...world.seen, seen].slice(-SEEN_KEPT);
    return ["seen"];
  },
  answered: (event) => (event.user === world.acting && event.text ? [{ toast: event.text }] : []),
  reset: () => ["reload"],
  migrated: () => ["reload"],
};

export function now() {
  if (!world.clock) return new Date();
  const passed = world.clock.running ? (performance.now() - world.clock.read) / 1000 : 0;
  return new Date((world.clock.now + passed) * 1000);
}
