// The list of scenarios, playing one, and the movable clock.

import { get, post } from "./api.js";
import { attempt } from "./composer.js";
import { format } from "./chat.js";
import { byId, el, toast } from "./dom.js";
import { badge } from "./guard.js";
import { chosen, inWords, word } from "./words.js";
import { now, world } from "./world.js";

const SLOW = 1.4; // seconds between two steps, to be followed by eye
const HOUR = 3600;
const SHANGHAI = 8 * HOUR;

let listed = [];
let playing = null;

export async function loadScenes() {
  const told = await get("scenarios");
  listed = told.scenarios;
  playing = told.playing;
  world.cast = told.cast;
  world.hears = told.hears;
}

function variants() {
  const found = new Map();
  for (const scene of listed) {
    if (!found.has(scene.name) || scene.language === chosen()) found.set(scene.name, scene);
  }
  return [...found.values()];
}

export function drawScenes() {
  byId("scenarios-hint").textContent = word("scenarios_hint");
  byId("scenario-list").replaceChildren(...variants().map((scene) => el("li", {},
    el("button", {
      type: "button", class: "scenario", "data-scenario": scene.name,
      "aria-current": playing?.name === scene.name ? "true" : null, onclick: () => play(scene),
    },
    el("b", {}, inWords(scene.title), el("small", { class: "name", lang: "en" }, scene.name), leads(scene)),
    el("span", { class: "about" }, inWords(scene.about))))));
  drawPlaying();
}

const leads = ({ leads_to: level, at_most: atMost }) =>
  el("span", { class: "leads" }, atMost && el("small", {}, `${word("at_most")} `), badge(level));

function drawPlaying() {
  const bar = byId("playing");
  bar.hidden = !playing;
  if (!playing) return;
  const scene = listed.find(({ name }) => name === playing.name);
  bar.replaceChildren(
    el("span", {}, word("playing", { title: inWords(scene?.title) })),
    el("button", { type: "button", id: "stop", onclick: () => attempt(() => post("stop")) }, word("stop")));
}

async function play({ name, language, title }) {
  playing = { name, language };
  drawScenes();
  document.body.dispatchEvent(new CustomEvent("show-tab", { detail: "chat" }));
  const pause = byId("fast").checked ? 0 : SLOW;
  const outcome = await attempt(() => post("play", { name, language, pause }));
  if (outcome?.replaced) return; // another scenario has begun meanwhile
  playing = null;
  drawScenes();
  if (!outcome) return;
  const ended = { true: "played_right", false: "played_wrong" }[outcome.right] ?? "played";
  const key = outcome.stopped ? "stopped" : ended;
  toast(word(key, { title: inWords(title) }));
}

export function drawClock() {
  const time = now();
  byId("now").textContent = format(time, { month: "numeric", day: "numeric", weekday: "short", hour: "2-digit", minute: "2-digit", hour12: false });
  byId("now").dateTime = time.toISOString();
}

function toMonday() {
  const local = now().getTime() / 1000 + SHANGHAI;
  const days = Math.floor(local / (24 * HOUR)); // day 0 was a Thursday
  let monday = days + ((4 - (days % 7) + 7) % 7);
  let moment = monday * 24 * HOUR + 18.5 * HOUR;
  if (moment <= local) moment += 7 * 24 * HOUR;
  return moment - SHANGHAI;
}

export function watchScenes() {
  const moves = {
    hour: () => ({ advance: HOUR }),
    day: () => ({ advance: 24 * HOUR }),
    monday: () => ({ set: toMonday() }),
  };
  for (const button of document.querySelectorAll("[data-clock]")) {
    button.addEventListener("click", () => attempt(() => post("clock", moves[button.dataset.clock]())));
  }
  byId("fresh").addEventListener("click", () => attempt(() => post("class", { language: chosen() })));
}
