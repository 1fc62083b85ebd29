// Building elements. Text only ever arrives as text nodes: nothing here parses markup.

export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

export const byId = (id) => document.getElementById(id);

let hiding;
export function toast(text) {
  const node = byId("toast");
  node.textContent = text;
  node.hidden = false;
  clearTimeout(hiding);
  hiding = setTimeout(() => { node.hidden = true; }, 5000);
}

// Asks for a few values; resolves to them, or to null when it was cancelled.
export function ask(title, fields) {
  const dialog = byId("ask");
  byId("ask-title").textContent = title;
  const inputs = fields.map(({ name, label, value = "", choices }) => {
    const input = choices
      ? el("select", { name }, ...choices.map(([key, text]) => el("option", { value: key }, text)))
      : el("input", { name, maxlength: 256, autocomplete: "off" });
    if (!choices) input.value = value;
    return [input, el("label", {}, label, input)];
  });
  byId("ask-fields").replaceChildren(...inputs.map(([, label]) => label));
  dialog.returnValue = "";
  dialog.showModal();
  inputs[0][0].focus();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      const values = Object.fromEntries(inputs.map(([input]) => [input.name, input.value]));
      resolve(dialog.returnValue === "ok" ? values : null);
    }, { once: true });
  });
}

// The default button of a form is its first: Enter has to mean OK, not Cancel.
byId("ask").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.isComposing && event.target.tagName === "INPUT") {
    event.preventDefault();
    byId("ask").close("ok");
  }
});
