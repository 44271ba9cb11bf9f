// The exchange's own API: the state, the commands of the handsets, and the stream of events with its reconnection.

const STREAM_EVENTS = ["handset", "said", "text", "wire", "numbers", "faults"];
const LONGEST_WAIT_MS = 8000;
const LONGEST_REASON = 200; // characters

/** The exchange refused a command; the message is its title, fit to be shown. */
export class Refused extends Error {}

async function ask(path, options) {
  let answer;
  try {
    answer = await fetch(path, options);
  } catch {
    throw new Refused("The exchange does not answer. Is ./run still running?");
  }
  const text = await answer.text();
  if (!answer.ok) throw new Refused(reason(text) || `The exchange answered ${answer.status}.`);
  return text ? JSON.parse(text) : null;
}

/** The reason in a refusal: the title (or error) of a JSON object, else the text itself. */
function reason(text) {
  try {
    const { title, error } = JSON.parse(text);
    return title ?? error;
  } catch {
    return text.trim().slice(0, LONGEST_REASON);
  }
}

export const readState = () => ask("/ui/state", { headers: { accept: "application/json" } });

function post(path, body = {}) {
  return ask(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
}

/** command: dial {to}, answer, decline, keys {keys}, hangup, text {to, body}. */
export const tell = (number, command, body) =>
  post(`/ui/handsets/${encodeURIComponent(number)}/${command}`, body);

export const addHandset = (number, label) => post("/ui/handsets", { number, label });

export const setFaults = (faults) => post("/ui/faults", faults);

/**
 * Follow the exchange for as long as the page is open.
 *
 * After each (re)connection the whole state is read first, so nothing that happened while we were away is missed;
 * events that arrive during that read wait for it. `handlers` has one function per event name, `state`, and
 * `link("live" | "lost" | "refused", why)`.
 */
export function follow(handlers, wait = 500) {
  const stream = new EventSource("/ui/events");
  let waiting = [];
  let epoch = 0;

  for (const name of STREAM_EVENTS) {
    stream.addEventListener(name, (event) => {
      const value = JSON.parse(event.data);
      if (waiting) waiting.push([name, value]);
      else handlers[name](value);
    });
  }

  stream.onopen = async () => {
    waiting = [];
    const mine = ++epoch;
    try {
      const state = await readState();
      if (mine !== epoch) return;
      handlers.state(state);
      for (const [name, value] of waiting) handlers[name](value);
      waiting = null;
      wait = 500;
      handlers.link("live");
    } catch (refusal) {
      retry(refusal instanceof Refused ? refusal.message : "The exchange sent a state that cannot be read.");
    }
  };

  stream.onerror = async () => {
    handlers.link("lost");
    if (stream.readyState !== EventSource.CLOSED) return; // the browser tries again by itself
    const why = await readState().then(() => "", (refusal) => refusal.message);
    retry(why);
  };

  function retry(why) {
    stream.close();
    handlers.link(why ? "refused" : "lost", why);
    setTimeout(() => follow(handlers, Math.min(wait * 2, LONGEST_WAIT_MS)), wait);
  }
}
