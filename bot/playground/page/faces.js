// A person's picture, or the first character of their name on a colour of their own.

import { faceAddress } from "./api.js";
import { el } from "./dom.js";
import { isBot, nameOf } from "./world.js";

const COLOURS = ["#3b7dd8", "#c2573a", "#7a5cc0", "#2f8f6b", "#b4762a", "#b0487f", "#50728a"];

export function face(user) {
  if (isBot(user)) return el("img", { class: "avatar", src: "shield.svg", alt: "" });
  if (user?.picture) return el("img", { class: "avatar", src: faceAddress(user), alt: "" });
  const node = el("span", { class: "avatar", "aria-hidden": "true" }, [...nameOf(user)][0] ?? "?");
  node.style.background = COLOURS[(user?.id ?? 0) % COLOURS.length];
  return node;
}
