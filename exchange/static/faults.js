// The faults panel: what each carrier does wrong on purpose. A change is sent as soon as it is made.

import { setFaults } from "./api.js";
import { el, parts, setText, stamp } from "./dom.js";
import { carrierName } from "./format.js";

export class Faults {
  #forms = new Map();

  constructor(root) {
    this.parts = parts(root);
    this.variants = [];
  }

  /** faults: {carrier: {repeat, delay_ms, reorder, drop, variants}}; variants: [{carrier, key, choices, about}]. */
  show(faults, variants = this.variants) {
    this.variants = variants;
    for (const [carrier, fault] of Object.entries(faults)) {
      if (!this.#forms.has(carrier)) {
        const form = new FaultForm(carrier, variants.filter((variant) => variant.carrier === carrier));
        this.#forms.set(carrier, form);
        this.parts.forms.append(form.root);
      }
      this.#forms.get(carrier).show(fault);
    }
    const now = [...this.#forms].map(([carrier, form]) => summary(carrier, form)).filter(Boolean);
    setText(this.parts.now, now.join(" · ") || "none");
    this.parts.now.classList.toggle("on", now.length > 0);
  }
}

class FaultForm {
  constructor(carrier, variants) {
    this.carrier = carrier;
    this.variants = variants;
    this.root = stamp("fault-template");
    this.parts = parts(this.root);
    setText(this.parts.legend, carrierName(carrier));
    this.parts.variants.append(...variants.map(variantField));
    this.root.addEventListener("change", () => this.#send());
    this.root.addEventListener("submit", (event) => event.preventDefault());
  }

  show(fault) {
    this.fault = fault;
    const { repeat, delay_ms, drop, reorder } = this.root.elements;
    repeat.value = fault.repeat;
    delay_ms.value = fault.delay_ms;
    drop.value = Math.round(fault.drop * 100);
    reorder.checked = fault.reorder;
    for (const { key, choices } of this.variants) {
      const at = choices.indexOf(fault.variants?.[key]);
      this.root.elements[`variant-${key}`].selectedIndex = Math.max(at, 0);
    }
  }

  async #send() {
    if (!this.root.reportValidity()) return;
    const { repeat, delay_ms, drop, reorder } = this.root.elements;
    const variants = Object.fromEntries(
      this.variants.map(({ key, choices }) => [key, choices[this.root.elements[`variant-${key}`].selectedIndex]]),
    );
    const wanted = {
      carrier: this.carrier,
      repeat: repeat.valueAsNumber,
      delay_ms: delay_ms.valueAsNumber,
      reorder: reorder.checked,
      drop: drop.valueAsNumber / 100,
      variants,
    };
    const why = await setFaults(wanted).then(() => "", (refusal) => refusal.message);
    this.parts.trouble.hidden = !why;
    setText(this.parts.trouble, why);
    if (why) this.show(this.fault);
  }
}

function variantField({ key, choices, about }) {
  const select = el("select", { name: `variant-${key}` }, ...choices.map((choice) => el("option", {}, String(choice))));
  const name = el("span", { class: "variant-key" }, key.replaceAll("_", " "));
  return el("label", { class: "variant" }, name, select, el("small", {}, about));
}

/** "Twilio: each 2 ×, +300 ms, reordered, 10 % dropped", or "" when the carrier behaves. */
function summary(carrier, { fault, variants }) {
  const changed = variants.filter(({ key, choices }) => (fault.variants?.[key] ?? choices[0]) !== choices[0]).length;
  const words = [
    fault.repeat > 1 && `each ${fault.repeat} ×`,
    fault.delay_ms > 0 && `+${fault.delay_ms} ms`,
    fault.reorder && "reordered",
    fault.drop > 0 && `${Math.round(fault.drop * 100)} % dropped`,
    changed > 0 && (changed === 1 ? "1 variant" : `${changed} variants`),
  ].filter(Boolean);
  return words.length ? `${carrierName(carrier)}: ${words.join(", ")}` : "";
}
