// Puts the page together: loads the world, follows its events, draws what changed.

import { get, post, sides, turnTo } from "./api.js";
import { drawMessages, watchMessages } from "./chat.js";
import { attempt, drawKeys, messageDeeds, setAbout, watchComposer } from "./composer.js";
import { byId, el, toast } from "./dom.js";
import { drawSeen } from "./guard.js";
import { drawPeople, watchPeople } from "./people.js";
import { drawClock, drawScenes, loadScenes, watchScenes } from "./scenes.js";
import { choose, chosen, translatePage, word } from "./words.js";
import { load, take, world } from "./world.js";

const DRAWING = {
  people: drawPeople,
  messages: () => { drawMessages(messageDeeds); drawKeys(); },
  seen: drawSeen,
  clock: drawClock,
  scenes: () => { drawScenes(); drawHint(); },
  draft: () => setAbout(null),
};
const EVERYTHING = Object.keys(DRAWING);

const waiting = new Set();
let following = new AbortController(); // ended when another platform is looked at
let turned = Promise.resolve(); // over once the page knows the platform it shows: each counts its events by itself

// Many events may arrive at once; each part is drawn once a frame at most.
function redraw(parts) {
  if (!waiting.size) requestAnimationFrame(() => {
    const due = [...waiting];
    waiting.clear();
    for (const part of due) DRAWING[part]();
  });
  for (const part of parts) waiting.add(part);
}

function showTab(tab) {
  document.body.dataset.tab = tab;
  for (const button of document.querySelectorAll(".tabs [data-tab]")) {
    button.setAttribute("aria-pressed", String(button.dataset.tab === tab));
  }
  redraw(["seen", "messages"]);
}

async function reload() {
  await Promise.all([load(), loadScenes()]);
  redraw(EVERYTHING);
}

function turn(side) {
  turned = show(side);
  return turned;
}

// Shows another platform; the first visit there begins with a new class.
async function show(side) {
  world.side = side;
  turnTo(side);
  document.body.dataset.side = side.name;
  following.abort();
  following = new AbortController();
  drawSides();
  await reload();
  if (world.group === null) {
    await opening(() => post("class", { language: chosen() }));
    await reload();
  }
}

function drawSides() {
  byId("sides").hidden = world.sides.length < 2;
  byId("sides").replaceChildren(...world.sides.map((side) => el("button", {
    type: "button", "data-side": side.name, "aria-pressed": String(side === world.side),
    onclick: () => side !== world.side && attempt(() => turn(side)),
  }, word(`side_${side.name}`))));
}

// How one talks to the guard here, where that is not by buttons.
function drawHint() {
  const hint = byId("side-hint");
  hint.hidden = world.side.buttons;
  if (!world.side.named) hint.textContent = word("no_buttons");
  else hint.textContent = word(world.hears ? "lent_ears" : "only_named");
}

// Said for as long as it takes, where the class is about to be.
async function opening(work) {
  world.opening = true;
  redraw(EVERYTHING);
  try {
    await work();
  } finally {
    world.opening = false;
  }
}

async function takeEvents({ events, next, missed }) {
  if (missed) return reload();
  for (const event of events) {
    for (const part of take(event)) {
      if (part === "reload") return reload();
      if (part.toast) toast(part.toast);
      else redraw([part]);
    }
  }
  world.event = Math.max(world.event, next);
}

async function follow() {
  for (;;) {
    try {
      await turned.catch(() => {});
      const { signal } = following;
      const told = await get(`events?after=${world.event}&wait=25`, signal);
      if (!signal.aborted) await takeEvents(told);
    } catch (error) {
      if (error.name === "AbortError") continue;
      toast(word("offline"));
      await new Promise((resolve) => setTimeout(resolve, 2000));
      await reload().catch(() => {});
    }
  }
}

function watchFrame() {
  for (const button of document.querySelectorAll(".tabs [data-tab]")) {
    button.addEventListener("click", () => showTab(button.dataset.tab));
  }
  document.body.addEventListener("show-tab", ({ detail }) => showTab(detail));
  for (const button of document.querySelectorAll(".languages [data-language]")) {
    button.addEventListener("click", () => {
      choose(button.dataset.language);
      translatePage();
      drawSides();
      redraw(EVERYTHING);
    });
  }
  setInterval(drawClock, 1000);
}

translatePage();
watchFrame();
watchPeople(redraw);
watchMessages();
watchComposer();
watchScenes();
showTab("chat");
try {
  world.sides = await sides();
  await turn(world.sides[0]);
  document.body.dataset.ready = "yes";
  follow();
} catch (error) {
  byId("messages").replaceChildren(el("li", { class: "empty" }, word("no_entry", { error: error.message })));
}
