// The texts of one handset: the thread, the form to send one, and how many came in unread.

import { bare, clock, pretty } from "./format.js";
import { el, linked } from "./dom.js";

const MOST_TEXTS = 100;

export class Texts {
  #seen = new Set();

  /** own: this handset's number; send(to, body) returns a promise of true when it went out; onUnread(count). */
  constructor({ thread, compose, own, send, onUnread }) {
    Object.assign(this, { thread, compose, own, onUnread });
    this.unread = 0;
    this.open = false;
    this.#empty();
    compose.addEventListener("submit", async (event) => {
      event.preventDefault();
      const { to, body } = compose.elements;
      if (await send(bare(to.value), body.value)) body.value = "";
    });
  }

  get to() {
    return this.compose.elements.to;
  }

  /** text: {from, to, body, at}; shown once, if it is from or to this handset. fresh: it came just now. */
  add(text, fresh) {
    if (text.from !== this.own && text.to !== this.own) return;
    const mark = JSON.stringify([text.from, text.to, text.body, text.at]);
    if (this.#seen.has(mark)) return;
    this.#seen.add(mark);
    if (this.thread.querySelector(".quiet-line")) this.thread.replaceChildren();
    const sent = text.from === this.own;
    const other = sent ? text.to : text.from;
    this.thread.append(
      el(
        "li",
        { class: "text", "data-sent": String(sent) },
        el("p", { class: "text-meta" }, `${sent ? "To" : "From"} ${pretty(other)} · ${clock(text.at)}`),
        el("p", { class: "text-body" }, ...linked(text.body)),
      ),
    );
    if (this.thread.children.length > MOST_TEXTS) this.thread.firstElementChild.remove();
    if (!this.to.value || !sent) this.to.value = pretty(other);
    if (fresh && !sent && !this.open) this.onUnread(++this.unread);
    this.#toEnd();
  }

  /** The tab was opened or left. */
  show(open) {
    this.open = open;
    if (!open) return;
    this.unread = 0;
    this.onUnread(0);
    this.#toEnd();
  }

  #toEnd() {
    this.thread.scrollTop = this.thread.scrollHeight;
  }

  #empty() {
    this.thread.append(el("li", { class: "quiet-line" }, "No texts yet."));
  }
}
