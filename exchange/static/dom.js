// Small helpers for making and changing elements, so that views say what they show and not how.

/** el("b", {class: "x", title: "y"}, "text", child…): an element; null attributes and children are left out. */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** A copy of a <template>'s first element. */
export function stamp(id) {
  return document.getElementById(id).content.firstElementChild.cloneNode(true);
}

/** The parts of a stamped element by their data-part names. */
export function parts(root) {
  const named = {};
  for (const part of root.querySelectorAll("[data-part]")) named[part.dataset.part] = part;
  return named;
}

const ADDRESS = /(https?:\/\/\S*[^\s.,;:!?)\]])/;

/** Words with the web addresses in them as links, as a phone shows a text. A list of nodes and strings. */
export function linked(words) {
  return words
    .split(ADDRESS)
    .map((part, at) => (at % 2 ? el("a", { href: part, target: "_blank", rel: "noreferrer" }, part) : part));
}

/** Change text only when it differs: a live region is then not read twice. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** A carrier's badge; its name stands in it, so colour is only a help. */
export function badge(carrier, name) {
  return el("span", { class: "badge", "data-carrier": carrier }, name);
}

/** Say something to screen readers that the eye sees anyway. */
export function announce(text) {
  setText(document.getElementById("announcer"), text);
}
