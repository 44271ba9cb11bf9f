// The one line that says what to do next, from the states of the handsets.

const START = "Open the sticker page, choose a reason, press “Call now”. Or dial a number here.";

/** handsets: as the API gives them, the ones a newcomer looks at first in front. */
export function hint(handsets) {
  const inState = (state) => handsets.find((handset) => handset.state === state);
  const ringing = inState("ringing");
  if (ringing) return `${named(ringing)} rings: see which number it shows, then press Answer there.`;
  const talking = handsets.filter((handset) => handset.state === "talking");
  if (talking.length > 1) return "Both phones are on the line: do what the captions ask (a key accepts), then hang up.";
  if (talking.length === 1) return `${named(talking[0])} is on the line: press the key that its caption asks for.`;
  const dialling = inState("dialling");
  if (dialling) return `${named(dialling)} is calling: the wire log shows the carrier asking Maskline what to do.`;
  return START;
}

const named = ({ label }) => label || "A handset";
