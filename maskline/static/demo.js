// Keeps the records on the demo's page fresh. The page itself stays as it is: whoever reads or tabs through it goes on.

const EVERY = 2_000; // milliseconds

async function look() {
  if (document.hidden) return;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const [now, then] = [document, page].map((each) => each.getElementById("records"));
    if (then && now.innerHTML !== then.innerHTML) now.replaceChildren(...then.childNodes);
  } catch {
    // The demo has stopped or is being started again: the next look tries again.
  }
}

const again = () => setTimeout(() => look().then(again), EVERY);
again();
document.addEventListener("visibilitychange", look); // back from the exchange
