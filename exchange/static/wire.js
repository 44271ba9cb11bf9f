// The wire log: every request between the carriers and Maskline, newest last; it follows the newest until you scroll up.

import { el, parts, setText } from "./dom.js";
import { carrierName } from "./format.js";
import { wireRow } from "./wirerow.js";

const MOST_ROWS = 600;
const NEAR_END_PX = 40;

export class Wire {
  #rows = new Map(); // id -> {entry, row, words}
  #cleared = new Set();
  #carrier = "";
  #unseen = 0;

  constructor(root) {
    this.parts = parts(root);
    this.parts.clear.addEventListener("click", () => this.#clear());
    this.parts.find.addEventListener("input", () => this.#filter());
    this.parts.newer.addEventListener("click", () => this.#toEnd());
    this.parts.rows.addEventListener("scroll", () => this.#atEnd() && this.#showNewer(0));
  }

  /** carriers: their keys, for the filter. */
  choices(carriers) {
    const made = [...this.parts.carriers.children].map((button) => button.dataset.carrier).join();
    if (made === ["", ...carriers].join()) return;
    const buttons = ["", ...carriers].map((carrier) => {
      const button = el("button", { type: "button", "data-carrier": carrier }, carrier ? carrierName(carrier) : "All");
      button.addEventListener("click", () => this.#choose(carrier));
      return button;
    });
    this.parts.carriers.replaceChildren(...buttons);
    this.#choose(this.#carrier);
  }

  /** Add an entry, or show its newer version (a request is logged before and after its answer). */
  add(entry) {
    if (this.#cleared.has(entry.id)) return;
    const follow = this.#atEnd();
    const known = this.#rows.get(entry.id);
    const row = wireRow(entry);
    if (known) {
      row.open = known.row.open;
      known.row.replaceWith(row);
    } else {
      this.parts.empty.hidden = true;
      this.parts.rows.append(row);
    }
    const item = { entry, row, words: words(entry) };
    this.#rows.set(entry.id, item);
    row.hidden = !this.#wanted(item);
    this.#trim();
    this.#count();
    if (known || row.hidden) return;
    if (follow) this.#toEnd();
    else this.#showNewer(this.#unseen + 1);
  }

  #clear() {
    for (const [id, { row }] of this.#rows) {
      this.#cleared.add(id);
      row.remove();
    }
    this.#rows.clear();
    this.#showNewer(0);
    this.#count();
  }

  #choose(carrier) {
    this.#carrier = carrier;
    for (const button of this.parts.carriers.children) {
      button.setAttribute("aria-pressed", String(button.dataset.carrier === carrier));
    }
    this.#filter();
  }

  #filter() {
    for (const item of this.#rows.values()) item.row.hidden = !this.#wanted(item);
    this.#count();
  }

  #wanted({ entry, words: text }) {
    return (!this.#carrier || entry.carrier === this.#carrier) && text.includes(this.parts.find.value.trim().toLowerCase());
  }

  #trim() {
    for (const [id, { row }] of this.#rows) {
      if (this.#rows.size <= MOST_ROWS) return;
      row.remove();
      this.#rows.delete(id);
      this.#cleared.add(id);
    }
  }

  #count() {
    const all = this.#rows.size;
    const shown = [...this.#rows.values()].filter(({ row }) => !row.hidden).length;
    setText(this.parts.count, shown === all ? String(all) : `${shown} of ${all}`);
    this.parts.empty.hidden = all > 0;
  }

  #atEnd() {
    const { scrollTop, scrollHeight, clientHeight } = this.parts.rows;
    return scrollTop + clientHeight >= scrollHeight - NEAR_END_PX;
  }

  #toEnd() {
    this.parts.rows.scrollTop = this.parts.rows.scrollHeight;
    this.#showNewer(0);
  }

  #showNewer(count) {
    this.#unseen = count;
    this.parts.newer.hidden = count === 0;
    setText(this.parts.newer, `↓ ${count} newer`);
  }
}

/** What the search looks through. */
function words({ url, method, status, note, request, response }) {
  return [url, method, status, note, JSON.stringify(request?.params), response?.body].join(" ").toLowerCase();
}
