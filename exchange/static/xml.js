// XML and JSON bodies, indented and coloured for reading. Bodies that do not parse are shown as they came.

import { el } from "./dom.js";

const WIDEST_TAG = 76;

/** A <pre> with the body laid out by its content type; `null` for an empty body. */
export function prettyBody(body, contentType) {
  if (body === null || body === undefined || body === "") return null;
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const shown = el("pre", { class: "body", tabindex: "0", role: "group", "aria-label": "Body" });
  shown.append(...(/xml/.test(contentType ?? "") || text.startsWith("<") ? xml(text) : json(text)));
  return shown;
}

function json(text) {
  try {
    return [JSON.stringify(JSON.parse(text), null, 2)];
  } catch {
    return [text];
  }
}

function xml(text) {
  const parsed = new DOMParser().parseFromString(text, "application/xml");
  if (parsed.querySelector("parsererror")) return [text];
  const declaration = /^\s*<\?xml[^>]*\?>/.exec(text);
  const lines = declaration ? [line(0, mark(declaration[0].trim()))] : [];
  write(parsed.documentElement, 0, lines);
  return lines;
}

function write(element, depth, lines) {
  const inside = [...element.childNodes].filter((node) => node.nodeType !== Node.TEXT_NODE || node.data.trim());
  lines.push(...opening(element, inside.length === 0, depth));
  if (inside.length === 0) return;
  const closing = [mark("</"), el("span", { class: "x-tag" }, element.nodeName), mark(">")];
  if (inside.every((node) => node.nodeType === Node.TEXT_NODE)) {
    lines.at(-1).lastChild.before(words(element.textContent), ...closing);
    return;
  }
  for (const node of inside) {
    if (node.nodeType === Node.ELEMENT_NODE) write(node, depth + 1, lines);
    else if (node.nodeType === Node.COMMENT_NODE) lines.push(line(depth + 1, mark(`<!--${node.data}-->`)));
    else lines.push(line(depth + 1, words(node.data)));
  }
  lines.push(line(depth, ...closing));
}

/** The opening tag; its attributes go one to a line when it would be wide. */
function opening(element, closed, depth) {
  const attributes = [...element.attributes].map(attribute);
  const end = mark(closed ? "/>" : ">");
  const tag = [mark("<"), el("span", { class: "x-tag" }, element.nodeName)];
  const width = depth * 2 + [...tag, ...attributes].reduce((sum, part) => sum + part.textContent.length + 1, 0);
  if (width <= WIDEST_TAG || attributes.length < 2) {
    return [line(depth, ...tag, ...attributes.flatMap((one) => [" ", one]), end)];
  }
  const lines = [line(depth, ...tag), ...attributes.map((one) => line(depth + 2, one))];
  lines.at(-1).lastChild.before(end);
  return lines;
}

function attribute({ name, value }) {
  const quoted = el("span", { class: "x-value" }, `"${escaped(value)}"`);
  return el("span", {}, el("span", { class: "x-name" }, name), mark("="), quoted);
}

/** One line, indented by spaces (they survive copying); what does not fit hangs below its beginning. */
function line(depth, ...content) {
  const element = el("span", { class: "x-line" }, "  ".repeat(depth), ...content, "\n");
  element.style.setProperty("--depth", depth);
  return element;
}

const mark = (text) => el("span", { class: "x-mark" }, text);
const words = (text) => el("span", { class: "x-text" }, escaped(text.trim()));
const escaped = (text) => text.replace(/[&<"]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", '"': "&quot;" })[sign]);
