// What the guard saw in each message, and what it did about it: newest first.

import { byId, el } from "./dom.js";
import { inWords, word } from "./words.js";
import { nameOf, world } from "./world.js";

const LEVELS = ["clear", "notice", "caution", "alarm"];
const SIGNS = { clear: "✓", notice: "●", caution: "▲", alarm: "■", answer: "↩" };
const HEAVIEST = 4;

export const badge = (level) => el("span", { class: `badge level-${level}` }, `${SIGNS[level]} ${word(`level_${level}`)}`);

export function drawSeen() {
  const entries = world.seen.filter(({ level }) => LEVELS.includes(level)).toReversed();
  byId("seen").replaceChildren(...entries.map(entry));
  if (!entries.length) byId("seen").append(el("li", { class: "hint" }, word("nothing_seen")));
  const latest = entries[0];
  byId("guard-dot").hidden = !latest || latest.level === "clear" || document.body.dataset.tab === "guard";
}

const person = (id) => nameOf(world.users.get(Number(id))) || word("someone");

function entry(seen) {
  const plain = seen.level === "clear" && !seen.actions.length && !seen.notes.length;
  return el("li", { class: `entry level-${seen.level}${plain ? " small" : ""}` },
    el("header", {},
      badge(seen.level),
      el("span", { class: "who" }, person(seen.sender)),
      seen.edited && el("small", {}, word("was_edited")),
      seen.pictures && el("small", {}, word("was_picture")),
      el("span", { class: "spent" }, word("milliseconds", { n: spent(seen.ms) }))),
    !plain && seen.read && el("h3", {}, word("reads")),
    seen.read && el("p", { class: "read", title: seen.read }, seen.read),
    ...reasons(seen.evidence.filter(({ weight }) => weight > 0), "speaks_for", "for"),
    ...reasons(seen.evidence.filter(({ weight }) => weight < 0), "speaks_against", "against"),
    ...seen.notes.map((note) => el("p", { class: "hint" }, word(`note_${note}`))),
    ...deeds(seen.actions));
}

const spent = (ms) => (ms < 10 ? ms.toFixed(1) : Math.round(ms));

function reasons(evidence, title, kind) {
  if (!evidence.length) return [];
  return [
    el("h3", {}, word(title)),
    el("ul", { class: kind }, ...evidence.map(({ why, weight }) =>
      el("li", {}, el("span", {}, inWords(why)), bar(Math.min(1, Math.abs(weight) / HEAVIEST))))),
  ];
}

// How much a reason counts, for the eye; the words before it are what is read aloud.
function bar(share) {
  const filled = el("i");
  filled.style.width = `${share * 100}%`;
  return el("span", { class: "weight", "aria-hidden": "true" }, filled);
}

function deeds(actions) {
  if (!actions.length) return [];
  const counted = new Map();
  for (const { act, to } of actions) {
    const words = word(`do_${act}`, { name: to ? person(to) : "" });
    counted.set(words, (counted.get(words) ?? 0) + 1);
  }
  const lines = [...counted].map(([words, times]) => el("li", {}, times > 1 ? `${words} ×${times}` : words));
  return [el("h3", {}, word("does")), el("ul", { class: "actions" }, ...lines)];
}
