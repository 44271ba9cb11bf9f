// The proxy numbers as Maskline's carriers hold them; a tap puts one into the dial field of the phone used last.

import { announce, badge, el, setText } from "./dom.js";
import { carrierName, pretty } from "./format.js";

export class Numbers {
  /** target(): the Phone whose dial field is filled, or undefined while there is none. */
  constructor(target) {
    this.target = target;
    this.list = document.getElementById("numbers");
    this.byNumber = new Map();
  }

  /** numbers: [{number, carrier, name, voice_url}]. */
  show(numbers) {
    this.byNumber = new Map(numbers.map((held) => [held.number, held]));
    document.getElementById("numbers-empty").hidden = numbers.length > 0;
    this.list.replaceChildren(...numbers.map((held) => el("li", {}, this.#chip(held))));
  }

  /** Say which phone a tap fills. */
  aim() {
    const phone = this.target();
    setText(document.getElementById("numbers-target"), phone ? `tap to dial from ${phone.name}` : "");
  }

  #chip({ number, carrier, name }) {
    const chip = el(
      "button",
      { type: "button", class: "chip" },
      el("span", { class: "chip-number" }, pretty(number)),
      el(
        "span",
        { class: "chip-about" },
        badge(carrier, carrierName(carrier)),
        el("span", { class: "chip-name" }, name === number ? "" : name), // as a vendor names one that nobody named
      ),
    );
    chip.addEventListener("click", () => {
      const phone = this.target();
      if (!phone) return;
      phone.fill(number);
      announce(`${pretty(number)} is in the dial field of ${phone.name}.`);
    });
    return chip;
  }
}
