// A message's text with its entities (offsets in UTF-16, as JavaScript counts too) as nodes.

import { el } from "./dom.js";

const TAGS = { bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", pre: "code", blockquote: "i", spoiler: "span" };

export function richText(text, entities = []) {
  const styled = entities
    .filter(({ type }) => type in TAGS)
    .sort((a, b) => a.offset - b.offset || b.length - a.length);
  return nodes(text, 0, text.length, styled);
}

function nodes(text, start, end, entities) {
  const made = [];
  let at = start;
  for (let i = 0; i < entities.length; i += 1) {
    const entity = entities[i];
    const stop = Math.min(entity.offset + entity.length, end);
    if (entity.offset < at || stop <= entity.offset) continue;
    const inner = entities.slice(i + 1).filter((other) => other.offset < stop);
    if (entity.offset > at) made.push(text.slice(at, entity.offset));
    made.push(el(TAGS[entity.type], {}, ...nodes(text, entity.offset, stop, inner)));
    at = stop;
  }
  if (at < end) made.push(text.slice(at, end));
  return made;
}
