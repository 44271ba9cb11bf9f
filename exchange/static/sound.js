// What the handsets sound like: prompts through the browser's speech, a soft ring, key tones. Silent until the
// first click or key press (browsers insist, and so do people), and whenever the switch is off.

import { parts } from "./dom.js";

const DTMF = {
  1: [697, 1209], 2: [697, 1336], 3: [697, 1477],
  4: [770, 1209], 5: [770, 1336], 6: [770, 1477],
  7: [852, 1209], 8: [852, 1336], 9: [852, 1477],
  "*": [941, 1209], 0: [941, 1336], "#": [941, 1477],
};
const RING = [400, 450];
const RING_EVERY_MS = 3000;
const REMEMBERED = "exchange.sound";

export class Sound {
  #switch;
  #parts;
  #on = false;
  #context = null;
  #queue = [];
  #speaking = null;
  #ringing = new Set();
  #ringer = null;

  constructor(switchButton) {
    this.#switch = switchButton;
    this.#parts = parts(switchButton);
    switchButton.addEventListener("click", () => this.#set(!this.#on, true));
    this.#show();
    if (localStorage.getItem(REMEMBERED) === "off") return;
    const waiting = new AbortController();
    const wake = (event) => {
      waiting.abort();
      if (!switchButton.contains(event.target)) this.#set(true, false); // else its own click decides
    };
    for (const gesture of ["pointerdown", "keydown"]) {
      addEventListener(gesture, wake, { capture: true, signal: waiting.signal });
    }
  }

  /** Speak a prompt that `number` hears, after those before it. */
  say(number, text, language) {
    if (!this.#on || document.hidden || !globalThis.speechSynthesis) return; // a window in front says it already
    this.#queue.push({ number, text, language });
    this.#next();
  }

  /** `number` hung up, pressed a key or began a new call: what it has not heard yet stays unsaid. */
  hush(number) {
    this.#queue = this.#queue.filter((prompt) => prompt.number !== number);
    if (this.#speaking?.number === number) speechSynthesis.cancel();
  }

  ring(number, ringing) {
    if (ringing) this.#ringing.add(number);
    else this.#ringing.delete(number);
    this.#tendRinger();
  }

  key(digit) {
    if (DTMF[digit]) this.#tone(DTMF[digit], 0.12, 0.05);
  }

  #set(on, remember) {
    this.#on = on;
    if (remember) localStorage.setItem(REMEMBERED, on ? "on" : "off");
    if (!on) {
      this.#queue = [];
      globalThis.speechSynthesis?.cancel();
    }
    this.#tendRinger();
    this.#show();
  }

  #show() {
    this.#switch.setAttribute("aria-pressed", String(this.#on));
    this.#parts.word.textContent = this.#on ? "Sound on" : "Sound off";
    this.#parts.icon.setAttribute("href", this.#on ? "#i-sound" : "#i-mute");
  }

  #next() {
    if (this.#speaking || this.#queue.length === 0) return;
    const prompt = this.#queue.shift();
    const words = new SpeechSynthesisUtterance(prompt.text);
    words.lang = prompt.language || "en";
    words.voice = voiceFor(words.lang);
    words.onend = words.onerror = () => {
      this.#speaking = null;
      this.#next();
    };
    this.#speaking = prompt;
    this.#speaking.words = words; // kept here: Chromium forgets utterances that nobody holds, and their onend with them
    speechSynthesis.speak(words);
  }

  #tendRinger() {
    const wanted = this.#on && this.#ringing.size > 0;
    if (wanted && !this.#ringer) {
      const once = () => {
        this.#tone(RING, 0.4, 0.04);
        this.#tone(RING, 0.4, 0.04, 0.6);
      };
      once();
      this.#ringer = setInterval(once, RING_EVERY_MS);
    } else if (!wanted && this.#ringer) {
      clearInterval(this.#ringer);
      this.#ringer = null;
    }
  }

  /** A chord of `frequencies` (Hz) for `seconds`, at most `loudness` (0 to 1), starting in `after` seconds. */
  #tone(frequencies, seconds, loudness, after = 0) {
    if (!this.#on || document.hidden || !globalThis.AudioContext) return;
    this.#context ??= new AudioContext();
    const starts = this.#context.currentTime + after;
    const volume = this.#context.createGain();
    volume.connect(this.#context.destination);
    volume.gain.setValueAtTime(0, starts);
    volume.gain.linearRampToValueAtTime(loudness, starts + 0.01);
    volume.gain.setValueAtTime(loudness, starts + seconds - 0.03);
    volume.gain.linearRampToValueAtTime(0, starts + seconds);
    for (const frequency of frequencies) {
      const oscillator = new OscillatorNode(this.#context, { frequency });
      oscillator.connect(volume);
      oscillator.start(starts);
      oscillator.stop(starts + seconds);
    }
  }
}

/** The best installed voice: the exact locale, else the language, else the browser's choice (null). */
function voiceFor(language) {
  const wanted = language.replace("_", "-").toLowerCase();
  const voices = speechSynthesis.getVoices();
  const tag = (voice) => voice.lang.replace("_", "-").toLowerCase();
  return (
    voices.find((voice) => tag(voice) === wanted) ??
    voices.find((voice) => tag(voice).split("-")[0] === wanted.split("-")[0]) ??
    null
  );
}
