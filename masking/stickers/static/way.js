// Keeps the page of a visitor's way fresh while it is looked at: the time left, and news of the owner. The page works
// without it: its "Look for an answer" link does the same by hand.

const SOON = 5_000; // milliseconds between looks at first
const LATER = 20_000; // and after two minutes
const GIVE_UP = 30 * 60_000;

const opened = performance.now();
const heard = document.createElement("p");
heard.className = "only-heard";
heard.setAttribute("role", "status");
document.body.append(heard);

let ends = deadline();
let looking = false;

/** When the time left is over, by a clock that nobody sets; null where the page shows none. */
function deadline() {
  const left = document.querySelector("[data-left]");
  return left ? performance.now() + Number(left.dataset.left) * 1000 : null;
}

function tick() {
  const shown = document.querySelector("[data-left]");
  if (ends === null || !shown) return;
  const seconds = Math.max(0, Math.ceil((ends - performance.now()) / 1000));
  shown.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  if (seconds === 0) {
    ends = null;
    look();
  }
}

/** Fetches the page again and shows it where there is news. */
async function look() {
  if (looking || document.hidden) return;
  looking = true;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (answer.ok) show(new DOMParser().parseFromString(await answer.text(), "text/html"));
  } catch {
    // No network for now: the next look tries again.
  } finally {
    looking = false;
  }
}

function show(fresh) {
  const [now, then] = [document.querySelector("main"), fresh.querySelector("main")];
  if (!then || now.dataset.state === then.dataset.state) return;
  const held = now.contains(document.activeElement);
  now.replaceWith(then);
  document.title = fresh.title;
  ends = deadline();
  const headline = then.querySelector("h1");
  if (held) headline.focus();
  heard.textContent = [headline, ...then.querySelectorAll(".news")].map((part) => part.textContent.trim()).join(". ");
}

function again() {
  const age = performance.now() - opened;
  if (age > GIVE_UP) return;
  setTimeout(() => look().then(again), age < 120_000 ? SOON : LATER);
}

setInterval(tick, 1000);
tick();
again();
document.addEventListener("visibilitychange", () => look()); // back from the dialler
