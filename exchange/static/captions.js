// What a handset hears, as text: the newest line large, the earlier ones above it. A new call starts a clean sheet;
// after the hang-up the last call's lines stay, so that its result can be read.

import { el } from "./dom.js";

const SIGNS = { play: "♪ plays", tone: "♪", system: "–" };
const MOST_LINES = 40;

export class Captions {
  constructor(root) {
    this.root = root;
    this.call = null;
    root.append(el("p", { class: "quiet-line" }, "What this phone hears is written here."));
    new ResizeObserver(() => this.#toEnd()).observe(root); // a line above that comes or goes must not hide the newest
  }

  /** said: {call_id, text, language, kind: "say" | "play" | "tone" | "system"}. */
  add({ call_id, text, language, kind }) {
    this.begin(call_id);
    const sign = SIGNS[kind];
    this.root.querySelector(".quiet-line")?.remove();
    this.root.append(
      el(
        "p",
        { class: "caption", "data-kind": kind, lang: (kind === "say" && language?.replace("_", "-")) || null },
        sign ? el("span", { class: "sign" }, `${sign} `) : null,
        kind === "tone" && text.length === 1 ? `key ${text}` : text,
      ),
    );
    while (this.root.children.length > MOST_LINES) this.root.firstElementChild.remove();
    this.#toEnd();
  }

  /** What follows belongs to this call; a call that has begun already goes on. */
  begin(call) {
    if (call === this.call) return;
    this.call = call;
    this.root.replaceChildren();
  }

  #toEnd() {
    this.root.scrollTop = this.root.scrollHeight;
  }
}
