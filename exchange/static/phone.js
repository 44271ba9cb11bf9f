// One handset on the page: shows its state, and turns clicks and keys into commands to the exchange.

import { tell } from "./api.js";
import { Captions } from "./captions.js";
import { announce, parts, setText, stamp } from "./dom.js";
import { bare, lasted, looksLikeNumber, pretty } from "./format.js";
import { Keypad } from "./keypad.js";
import { Texts } from "./texts.js";

const STATE_WORDS = { idle: "Idle", dialling: "Dialling", ringing: "Ringing", talking: "Talking" };
const CALL_WORDS = { dialling: "Calling", ringing: "Incoming call from", talking: "On the line" };
const SHOWN_IN = {
  dialler: ["idle"],
  dialButton: ["idle"],
  call: ["dialling", "ringing", "talking"],
  answer: ["ringing"],
  decline: ["ringing"],
  hangup: ["dialling", "talking"],
};
const CALM = matchMedia("(prefers-reduced-motion: reduce)");
const MOST_KEYS = 24; // of those sent, that are shown
const DIALLABLE = /^\+?[\d*#]+(,+[\d*#]+)*$/;

export class Phone {
  #commands = Promise.resolve();
  #sent = "";

  /** handset as the API gives it; desk: {whose(number) -> {tone, text} | null, sound, touched(phone), bringTogether(phone)}. */
  constructor(handset, desk) {
    this.desk = desk;
    this.number = handset.number;
    this.root = stamp("phone-template");
    this.parts = parts(this.root);
    this.captions = new Captions(this.parts.captions);
    this.keypad = new Keypad(this.parts.pad, this.root, (key) => this.press(key));
    this.texts = new Texts({
      thread: this.parts.thread,
      compose: this.parts.compose,
      own: this.number,
      send: (to, body) => this.#tell("text", { to, body }),
      onUnread: (count) => this.#showUnread(count),
    });
    this.#name(handset.number);
    this.#listen();
    this.update(handset);
  }

  /** Show the handset's new state. */
  update(handset) {
    const before = this.handset;
    this.handset = handset;
    const { state } = handset;
    setText(this.parts.label, this.name);
    setText(this.parts.state, STATE_WORDS[state] ?? state);
    this.root.setAttribute("aria-label", `${this.name}, ${pretty(handset.number)}`);
    const changed = before?.state !== state || before?.call_id !== handset.call_id;
    if (changed) this.#enter(state, before);
    this.#showCall();
    this.tick();
  }

  /** Once a second: the time on the line. */
  tick() {
    const { state, since } = this.handset;
    if (state === "talking" && since) setText(this.parts.what, `${CALL_WORDS.talking} ${lasted(since)}`);
  }

  /** The names of numbers may have changed: show again whose the other side's number is. */
  renew() {
    this.#showCall();
  }

  hear(said) {
    this.captions.add(said);
    if (said.kind === "say") this.desk.sound.say(this.number, said.text, said.language);
  }

  /** Put a number into the dial field, and into the text form. */
  fill(number) {
    this.#show(number);
    this.texts.to.value = pretty(number);
    this.root.classList.remove("filled");
    void this.root.offsetWidth; // restarts the highlight
    this.root.classList.add("filled");
  }

  dial(to = this.parts.dial.value) {
    const target = bare(to);
    if (!DIALLABLE.test(target)) {
      const empty = "Type a number first, or tap a proxy number.";
      return this.#complain(target ? "That is not a number that can be dialled." : empty);
    }
    this.#show(target);
    return this.#tell("dial", { to: target });
  }

  /** A key of the pad: sent while a call is up, typed while there is none. */
  press(key) {
    this.keypad.flash(key);
    this.desk.sound.key(key);
    const { state } = this.handset;
    if (state === "idle") this.#type(key);
    else if (state !== "ringing" && key !== "+") this.#send(key);
  }

  async #send(key) {
    this.desk.sound.hush(this.number); // a key cuts a prompt short
    if (!(await this.#tell("keys", { keys: key }))) return;
    this.#sent = (this.#sent + key).slice(-MOST_KEYS);
    this.#showCall();
  }

  hangUp() {
    const { state } = this.handset;
    this.desk.sound.hush(this.number);
    if (state === "ringing") this.#tell("decline");
    else if (state !== "idle") this.#tell("hangup");
  }

  /** A phone that nobody named is still a phone. */
  get name() {
    return this.handset.label || "Handset";
  }

  get idle() {
    return this.handset.state === "idle";
  }

  #listen() {
    const on = (part, act) => this.parts[part].addEventListener("click", act);
    on("dialButton", () => this.dial());
    on("answer", () => this.#tell("answer"));
    on("decline", () => this.hangUp());
    on("hangup", () => this.hangUp());
    on("erase", () => this.#erase());
    on("padTab", () => this.#openTab("pad"));
    on("textsTab", () => this.#openTab("texts"));
    this.parts.tabs.addEventListener("keydown", (event) => {
      if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
      const to = this.texts.open ? "pad" : "texts";
      this.#openTab(to);
      this.parts[`${to}Tab`].focus();
    });
    this.root.addEventListener("keydown", (event) => this.#typed(event));
    this.root.addEventListener("focusin", () => this.desk.touched(this));
    this.#openTab("pad");
  }

  #typed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { key, target } = event;
    if (key === "Escape") return void this.hangUp();
    const inDial = target === this.parts.dial;
    if (target.matches("input") && !inDial) return;
    if (key === "Enter" && !target.matches("button, a")) {
      event.preventDefault();
      if (this.handset.state === "ringing") this.#tell("answer");
      else if (this.idle) this.dial();
    } else if (!inDial && /^[\d*#]$/.test(key)) {
      this.#openTab("pad");
      this.press(key);
    } else if (!inDial && this.idle && (key === "+" || key === ",")) this.#type(key);
    else if (!inDial && this.idle && key === "Backspace") this.#erase();
  }

  #type(key) {
    this.#show(bare(this.parts.dial.value) + key);
  }

  #erase() {
    this.#show(bare(this.parts.dial.value).slice(0, -1));
  }

  #show(dialled) {
    const field = this.parts.dial;
    field.value = pretty(dialled);
    field.classList.toggle("long", field.value.length > 17);
    this.#complain("");
  }

  /** Commands go out one after the other, so that keys arrive as typed. Promise of true when it was accepted. */
  #tell(command, body) {
    this.#complain("");
    this.#commands = this.#commands.then(() =>
      tell(this.number, command, body).then(
        () => true,
        (refusal) => {
          this.#complain(refusal.message);
          return false;
        },
      ),
    );
    return this.#commands;
  }

  #complain(why) {
    this.parts.trouble.hidden = !why;
    setText(this.parts.trouble, why);
  }

  /** A new state or a new call begins: what is on the screen, what sounds, where the focus goes. */
  #enter(state, before) {
    const { root, desk } = this;
    const had = root.contains(document.activeElement);
    root.dataset.state = state;
    for (const [part, states] of Object.entries(SHOWN_IN)) this.parts[part].hidden = !states.includes(state);
    const lost = document.activeElement === document.body || document.activeElement.closest("[hidden]");
    if (had && lost) root.focus({ preventScroll: true });
    desk.sound.ring(this.number, state === "ringing");
    if (state !== "idle") this.#complain("");
    if (state !== "idle" && before?.state === "idle") {
      this.captions.begin(this.handset.call_id);
      desk.sound.hush(this.number);
      this.#sent = "";
    }
    if (state === "idle" && before) this.#tellEnd(before);
    if (state === "ringing") {
      this.#openTab("pad");
      if (before) desk.bringTogether(this);
      this.root.scrollIntoView({ block: "nearest", behavior: CALM.matches ? "instant" : "smooth" });
      announce(`${this.name} rings. Shown caller: ${this.#peer()}.`);
    }
  }

  /** Below what was heard: that the call is over, and how long it lasted if anybody picked up. */
  #tellEnd({ call_id, state, since }) {
    const talked = state === "talking" && since ? ` after ${lasted(since)}` : "";
    this.captions.add({ call_id, kind: "system", text: `The call is over${talked}.` });
  }

  #peer() {
    const { peer } = this.handset;
    return peer ? pretty(peer.split(",")[0]) : "Number withheld";
  }

  #showCall() {
    const { state, peer } = this.handset;
    if (state === "idle") return;
    const whose = this.desk.whose(peer, this.number, state);
    setText(this.parts.what, CALL_WORDS[state] ?? "");
    setText(this.parts.peer, this.#peer());
    this.parts.peer.classList.toggle("unknown", !looksLikeNumber(peer?.split(",")[0]));
    this.parts.mask.hidden = !whose;
    if (whose) {
      this.parts.mask.dataset.tone = whose.tone;
      this.parts.maskIcon.setAttribute("href", whose.tone === "warn" ? "#i-warn" : "#i-mask");
      setText(this.parts.maskText, whose.text);
    }
    const keys = [peer?.split(/,+/)[1], this.#sent].filter(Boolean).join(" ");
    this.parts.sent.hidden = !keys;
    setText(this.parts.sent, `Keys sent: ${keys}`);
  }

  #openTab(name) {
    for (const tab of ["pad", "texts"]) {
      const open = tab === name;
      this.parts[tab].hidden = !open;
      this.parts[`${tab}Tab`].setAttribute("aria-selected", String(open));
      this.parts[`${tab}Tab`].tabIndex = open ? 0 : -1;
    }
    this.texts.show(name === "texts");
  }

  #showUnread(count) {
    this.parts.unread.hidden = !count;
    setText(this.parts.unread, count ? ` ${count} new` : "");
  }

  /** Ids and labels that tie the parts together for screen readers. */
  #name(number) {
    const id = `phone-${bare(number).replace(/\W/g, "")}`;
    setText(this.parts.own, pretty(number));
    this.parts.dial.setAttribute("aria-label", "Number to dial");
    this.parts.captions.setAttribute("aria-label", "What this phone hears");
    this.parts.thread.setAttribute("aria-label", "Texts of this phone");
    for (const tab of ["pad", "texts"]) {
      this.parts[tab].id = `${id}-${tab}`;
      this.parts[`${tab}Tab`].id = `${id}-${tab}-tab`;
      this.parts[`${tab}Tab`].setAttribute("aria-controls", `${id}-${tab}`);
      this.parts[tab].setAttribute("aria-labelledby", `${id}-${tab}-tab`);
    }
  }
}
