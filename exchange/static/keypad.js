// The twelve keys of a handset: one tab stop, arrows move inside, and clicks leave the focus on the phone so that
// typing and Enter go on working there.

import { el } from "./dom.js";

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];
const LETTERS = { 2: "abc", 3: "def", 4: "ghi", 5: "jkl", 6: "mno", 7: "pqrs", 8: "tuv", 9: "wxyz", 0: "+" };
const NAMES = { "*": "star", "#": "hash" };
const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -3, ArrowDown: 3 };
const LONG_PRESS_MS = 500;

export class Keypad {
  /** phone: element that keeps the focus; press(key) is told each key, "+" for a long press on 0. */
  constructor(root, phone, press) {
    this.buttons = KEYS.map((key, at) => {
      const button = el(
        "button",
        { type: "button", class: "key", tabindex: at === 0 ? "0" : "-1", "aria-label": NAMES[key], "data-key": key },
        el("span", { class: "digit" }, key),
        el("span", { class: "letters", "aria-hidden": "true" }, LETTERS[key] ?? ""),
      );
      button.addEventListener("click", () => {
        if (!this.held) press(key);
        this.held = false;
      });
      return button;
    });
    root.append(...this.buttons);
    root.addEventListener("pointerdown", (event) => this.#down(event, phone, press));
    root.addEventListener("pointerup", () => clearTimeout(this.timer));
    root.addEventListener("pointerleave", () => clearTimeout(this.timer));
    root.addEventListener("mousedown", (event) => event.preventDefault()); // the phone keeps the focus
    root.addEventListener("keydown", (event) => this.#move(event));
  }

  /** Light a key up for a moment, when it was typed and not clicked. */
  flash(key) {
    const button = this.buttons[KEYS.indexOf(key)];
    button?.classList.add("pressed");
    setTimeout(() => button?.classList.remove("pressed"), 140);
  }

  #down(event, phone, press) {
    this.held = false;
    phone.focus({ preventScroll: true });
    if (event.target.closest(".key")?.dataset.key !== "0") return;
    this.timer = setTimeout(() => {
      this.held = true;
      press("+");
    }, LONG_PRESS_MS);
  }

  #move(event) {
    const from = this.buttons.indexOf(event.target);
    const to = from + (STEPS[event.key] ?? NaN);
    if (!(to in this.buttons)) return;
    event.preventDefault();
    this.buttons[from].tabIndex = -1;
    this.buttons[to].tabIndex = 0;
    this.buttons[to].focus();
  }
}
