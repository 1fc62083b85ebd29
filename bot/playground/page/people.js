// Who the visitor acts as, and which chat is open.

import { byId, el } from "./dom.js";
import { face } from "./faces.js";
import { inWords, word } from "./words.js";
import { everyone, isPresent, memberOf, nameOf, world } from "./world.js";

let shown; // whose chip was last brought into view

export function drawPeople() {
  const focused = document.activeElement?.name === "acting";
  byId("people").replaceChildren(...everyone().map(person));
  if (focused) document.querySelector("input[name=acting]:checked")?.focus();
  const chosen = document.querySelector("input[name=acting]:checked");
  if (chosen && chosen.value !== shown) chosen.parentNode.scrollIntoView({ block: "nearest", inline: "center" });
  shown = chosen?.value;
  const group = world.chats.get(world.group);
  byId("open-group").textContent = group?.title ?? (world.opening ? word("opening") : "…");
  byId("open-group").setAttribute("aria-pressed", String(world.place === "group"));
  byId("open-private").setAttribute("aria-pressed", String(world.place === "private"));
  byId("private-dot").hidden = !world.unread.has(world.acting);
  const present = group?.members.filter(({ user }) => isPresent(user)).length ?? 0;
  byId("chat-title").textContent = world.place === "group"
    ? word("members", { n: present })
    : `${nameOf(world.users.get(world.acting))} ⇄ ${nameOf(world.bot)}`;
  byId("membership-word").textContent = word(isPresent(world.acting) ? "do_leave" : "do_join");
}

function person(user) {
  const about = isPresent(user.id) ? inWords(world.cast[user.key]) || rank(user.id) : word("outside");
  return el("label", { class: isPresent(user.id) ? "person" : "person outside", title: nameOf(user) },
    el("input", {
      type: "radio", name: "acting", value: user.id, checked: user.id === world.acting,
      "aria-label": `${nameOf(user)} ${about}`,
    }),
    face(user),
    el("span", { class: "name" }, nameOf(user)),
    el("span", { class: "about" }, about),
    world.unread.has(user.id) && el("i", { class: "dot" }));
}

export function rank(id) {
  const status = memberOf(id)?.status;
  return { creator: word("owner"), administrator: word("admin") }[status] ?? "";
}

export function watchPeople(redraw) {
  byId("people").addEventListener("change", (event) => {
    world.acting = Number(event.target.value);
    if (world.place === "private") world.unread.delete(world.acting);
    redraw(["people", "messages", "draft"]);
  });
  for (const [id, place] of [["open-group", "group"], ["open-private", "private"]]) {
    byId(id).addEventListener("click", () => {
      world.place = place;
      if (place === "private") world.unread.delete(world.acting);
      redraw(["people", "messages", "draft"]);
    });
  }
}
