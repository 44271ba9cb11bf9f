// One request on the wire: a line, and what is inside it once it is opened.

import { badge, el } from "./dom.js";
import { carrierName, clock, shortUrl } from "./format.js";
import { prettyBody } from "./xml.js";

const WAYS = {
  out: { arrow: "→", words: "webhook, carrier to Maskline" },
  in: { arrow: "←", words: "REST, Maskline to carrier" },
};

/** How an answer went, as a sign beside its number, so that colour is not needed. */
function outcome(status) {
  if (status === null || status === undefined) return { kind: "open", text: "…", words: "no answer yet" };
  if (status >= 200 && status < 300) return { kind: "good", text: String(status), words: "accepted" };
  if (status >= 300 && status < 400) return { kind: "good", text: String(status), words: "redirected" };
  return { kind: "bad", text: `✕ ${status || "none"}`, words: status ? "refused or failed" : "no answer" };
}

/** A <details> for one wire entry as the API gives it; its inside is made when it is first opened. */
export function wireRow(entry) {
  const row = el("details", { class: "entry", "data-carrier": entry.carrier });
  row.append(line(entry));
  row.addEventListener("toggle", () => {
    if (row.open && row.childElementCount === 1) row.append(inside(entry));
  });
  return row;
}

function line(entry) {
  const way = WAYS[entry.direction] ?? WAYS.out;
  const end = outcome(entry.status);
  return el(
    "summary",
    {},
    el("time", { class: "at" }, clock(entry.at, true)),
    badge(entry.carrier, carrierName(entry.carrier)),
    el("span", { class: "arrow", title: way.words, role: "img", "aria-label": way.words }, way.arrow),
    el("span", { class: "method" }, entry.method),
    el("span", { class: "url", title: entry.url }, shortUrl(entry.url)),
    notes(entry),
    el("span", { class: "status", "data-kind": end.kind, title: end.words }, end.text),
    el("span", { class: "ms" }, typeof entry.ms === "number" ? `${Math.round(entry.ms)} ms` : ""),
  );
}

function notes({ attempt, note }) {
  const tags = el("span", { class: "notes" });
  if (attempt > 1) tags.append(el("span", { class: "tag" }, `attempt ${attempt}`));
  if (note) tags.append(el("span", { class: "tag", title: note }, note));
  return tags;
}

function inside(entry) {
  const { request = {}, response = {} } = entry;
  const box = el("div", { class: "inside" });
  box.append(el("p", { class: "full-url" }, el("b", {}, entry.method), " ", entry.url));
  if (entry.note) box.append(el("p", { class: "note" }, entry.note));
  section(box, "Parameters", table(request.params));
  const type = response?.content_type;
  section(box, type ? `Response · ${type}` : "Response", prettyBody(response?.body, type));
  const headers = table(request.headers);
  if (headers) box.append(el("details", { class: "headers" }, el("summary", {}, "Request headers"), headers));
  return box;
}

function section(box, title, content) {
  box.append(el("h3", {}, title), content ?? el("p", { class: "nothing" }, "Empty."));
}

/** Names and values; the names sent without a value share the last row. Null if there is none at all. */
function table(values) {
  const all = Object.entries(values ?? {}).map(([name, value]) => [name, [value].flat().join(", ")]);
  if (all.length === 0) return null;
  const empty = all.filter(([, value]) => !value).map(([name]) => name);
  const rows = all.filter(([, value]) => value).map(([name, value]) => tableRow(name, value));
  if (empty.length) rows.push(tableRow("sent empty", empty.join(", ")));
  return el("table", {}, el("tbody", {}, ...rows));
}

const tableRow = (name, value) => el("tr", {}, el("th", { scope: "row" }, name), el("td", {}, value));
