// The wire log: every request between the carriers and Maskline. The newest is last, and in sight until you scroll up.

import { el, parts, setText } from "./dom.js";
import { carrierName } from "./format.js";
import { wireRow } from "./wirerow.js";

const MOST_ROWS = 600;
const NEAR_END_PX = 40;
const NOTHING_YET = "Nothing on the wire yet. Dial a proxy number and watch what the carrier asks Maskline.";

export class Wire {
  #rows = new Map(); // key -> {entry, row, words}
  #cleared = new Set();
  #carrier = "";
  #unseen = 0;
  #following = true; // the newest is in sight and is to stay there
  #settling = false;

  constructor(root) {
    this.parts = parts(root);
    this.parts.clear.addEventListener("click", () => this.#clear());
    this.parts.find.addEventListener("input", () => this.#filter());
    this.parts.newer.addEventListener("click", () => this.#toEnd());
    this.parts.rows.addEventListener("scroll", () => this.#look());
    this.parts.rows.addEventListener("toggle", ({ target }) => this.#opened(target), { capture: true });
    this.#count();
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
    const key = `${entry.id} ${entry.at}`; // ids begin anew when the exchange does
    if (this.#cleared.has(key)) return;
    const known = this.#rows.get(key);
    const row = wireRow(entry);
    if (known) {
      row.open = known.row.open;
      known.row.replaceWith(row);
    } else {
      this.parts.rows.append(row);
    }
    const item = { entry, row, words: words(entry) };
    this.#rows.set(key, item);
    row.hidden = !this.#wanted(item);
    this.#trim();
    if (!known && !row.hidden) this.#unseen += 1;
    this.#settle();
  }

  /** Count and scroll once a frame, however many entries came in it. */
  #settle() {
    if (this.#settling) return;
    this.#settling = true;
    requestAnimationFrame(() => {
      this.#settling = false;
      this.#count();
      if (this.#following) this.#toEnd();
      else this.#showNewer(this.#unseen);
    });
  }

  #clear() {
    for (const [key, { row }] of this.#rows) {
      this.#cleared.add(key);
      row.remove();
    }
    this.#rows.clear();
    this.#following = true;
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
    const sought = this.parts.find.value.trim().toLowerCase();
    return (!this.#carrier || entry.carrier === this.#carrier) && text.includes(sought);
  }

  #trim() {
    for (const [key, { row }] of this.#rows) {
      if (this.#rows.size <= MOST_ROWS) return;
      row.remove();
      this.#rows.delete(key);
      this.#cleared.add(key);
    }
  }

  #count() {
    const all = this.#rows.size;
    const shown = [...this.#rows.values()].filter(({ row }) => !row.hidden).length;
    setText(this.parts.count, shown === all ? String(all) : `${shown} of ${all}`);
    this.parts.empty.hidden = shown > 0;
    setText(this.parts.empty, all ? "No request matches the filter." : NOTHING_YET);
  }

  /** Who opens an entry reads it: it comes into sight, and the log stays there. */
  #opened(row) {
    if (!row.open) return this.#look();
    this.#following = false;
    return requestAnimationFrame(() => row.scrollIntoView({ block: "nearest" }));
  }

  #look() {
    if (this.#settling) return; // entries have come that were not scrolled to yet: the position says nothing
    const { scrollTop, scrollHeight, clientHeight } = this.parts.rows;
    const atEnd = scrollTop + clientHeight >= scrollHeight - NEAR_END_PX;
    this.#following = atEnd && !this.parts.rows.lastElementChild.open;
    if (this.#following) this.#showNewer(0);
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
