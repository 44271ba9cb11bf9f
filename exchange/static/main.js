// The desk: makes the views, follows the exchange and hands each event to the view it concerns.

import { addHandset, follow } from "./api.js";
import { setText } from "./dom.js";
import { Faults } from "./faults.js";
import { bare, carrierName, pretty } from "./format.js";
import { hint } from "./hint.js";
import { Numbers } from "./numbers.js";
import { Phone } from "./phone.js";
import { Sound } from "./sound.js";
import { Wire } from "./wire.js";

const LINK_WORDS = { live: "Live", lost: "Reconnecting…", refused: "Not connected" };
const ORDER = ["stranger", "owner"]; // left to right; the others follow as they came

const find = (id) => document.getElementById(id);

class Desk {
  #phones = new Map();
  #used = null;
  #pendingDial = null;

  constructor() {
    this.sound = new Sound(find("sound"));
    this.wire = new Wire(find("wire"));
    this.faults = new Faults(find("faults"));
    this.numbers = new Numbers(() => this.target());
    setInterval(() => this.#phones.forEach((phone) => phone.tick()), 1000);
  }

  /** What the page gets from the exchange: one method per event, `state` for all of it, `link` for the connection. */
  handlers() {
    return {
      state: (state) => this.#state(state),
      handset: (handset) => this.#handset(handset),
      said: (said) => this.#phones.get(said.number)?.hear(said),
      text: (text) => this.#phones.forEach((phone) => phone.texts.add(text, true)),
      wire: (entry) => this.wire.add(entry),
      numbers: ({ numbers }) => this.#numbers(numbers),
      faults: (faults) => this.faults.show(faults),
      link: (state, why) => this.#link(state, why),
    };
  }

  /** The phone that a tap on a number fills: the one used last, or the first. */
  target() {
    return this.#used ?? this.#inOrder()[0];
  }

  touched(phone) {
    this.#used = phone;
    this.numbers.aim();
  }

  /** A phone that rings comes to stand beside the one that calls, in front of all others: both sides are in sight. */
  bringTogether(ringing) {
    const shown = [...find("phones").children];
    const caller = [...this.#phones.values()].find((phone) => phone !== ringing && !phone.idle);
    if (!caller || (shown.indexOf(caller.root) < 2 && shown.indexOf(ringing.root) < 2)) return;
    const held = document.activeElement;
    if (shown.indexOf(caller.root) > 0) find("phones").prepend(caller.root);
    caller.root.after(ringing.root);
    if (held !== document.activeElement) held.focus({ preventScroll: true });
  }

  /** Whose number the other side's is, seen from `own`: {tone: "mask" | "warn", text}; null when nobody's here. */
  whose(number, own, state) {
    if (!number) return null;
    const [main] = number.split(",");
    const held = this.numbers.byNumber.get(main);
    if (held) {
      const where = [carrierName(held.carrier), held.name].filter(Boolean).join(", ");
      const and = state === "ringing" ? ": the caller’s own is hidden" : "";
      return { tone: "mask", text: `Proxy number (${where})${and}` };
    }
    const other = this.#phones.get(main);
    if (!other || main === own) return null;
    const way = state === "dialling" ? "dialled directly" : "shown unmasked";
    return { tone: "warn", text: `The own number of ${other.name}, ${way}` };
  }

  /** `#dial=+1…,,123456`: the first idle phone dials it, the stranger's if there is one. */
  dialFromAddress() {
    const wanted = /^#dial=(.+)$/.exec(location.hash)?.[1];
    if (!wanted) return;
    history.replaceState(null, "", location.pathname + location.search);
    this.#pendingDial = bare(wanted.replaceAll("%2B", "+").replaceAll("%2C", ","));
    if (this.#phones.size) this.#dialPending();
  }

  #dialPending() {
    const to = this.#pendingDial;
    this.#pendingDial = null;
    const idle = this.#inOrder().filter((phone) => phone.idle);
    const phone = idle.find(({ handset }) => handset.label.startsWith("Stranger")) ?? idle[0];
    if (!phone) return void setText(find("hint"), `No phone is free to dial ${pretty(to)}: hang one up first.`);
    phone.root.focus({ preventScroll: true });
    phone.root.scrollIntoView({ block: "nearest" });
    phone.dial(to);
  }

  #state({ numbers, handsets, texts, faults, variants, wire }) {
    const there = new Set(handsets.map(({ number }) => number));
    for (const [number, phone] of this.#phones) {
      if (there.has(number)) continue;
      phone.root.remove();
      this.#phones.delete(number);
      if (this.#used === phone) this.#used = null;
    }
    this.#numbers(numbers);
    handsets.forEach((handset) => this.#handset(handset));
    for (const text of texts) this.#phones.forEach((phone) => phone.texts.add(text, false));
    this.faults.show(faults, variants);
    this.wire.choices(Object.keys(faults));
    wire.forEach((entry) => this.wire.add(entry));
    if (this.#pendingDial) this.#dialPending();
  }

  #numbers(numbers) {
    this.numbers.show(numbers);
    this.#phones.forEach((phone) => phone.renew());
  }

  #handset(handset) {
    const known = this.#phones.get(handset.number);
    if (known) known.update(handset);
    else {
      const phone = new Phone(handset, this);
      this.#phones.set(handset.number, phone);
      const order = this.#inOrder();
      find("phones").insertBefore(phone.root, order[order.indexOf(phone) + 1]?.root ?? null);
    }
    this.numbers.aim();
    setText(find("hint"), hint(this.#inOrder().map((phone) => phone.handset)));
  }

  #inOrder() {
    const place = ({ handset }) => {
      const at = ORDER.findIndex((role) => handset.label.toLowerCase().startsWith(role));
      return at < 0 ? ORDER.length : at;
    };
    return [...this.#phones.values()].sort((one, other) => place(one) - place(other));
  }

  #link(state, why) {
    const link = find("link");
    link.dataset.link = state;
    setText(link, LINK_WORDS[state]);
    link.title = why ?? "";
    if (why) setText(find("hint"), why);
    else if (state === "live") setText(find("hint"), hint(this.#inOrder().map((phone) => phone.handset)));
  }
}

/** The small form that plugs one more phone in. */
function offerHandsets(form) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const { label, number } = form.elements;
    const trouble = form.querySelector(".trouble");
    const why = await addHandset(bare(number.value), label.value.trim()).then(() => "", (refusal) => refusal.message);
    trouble.hidden = !why;
    setText(trouble, why);
    if (!why) form.reset();
  });
}

const desk = new Desk();
offerHandsets(find("add-handset"));
addEventListener("hashchange", () => desk.dialFromAddress());
desk.dialFromAddress();
follow(desk.handlers());
