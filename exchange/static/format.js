// How values look on the page: phone numbers, times, short URLs, carrier names. Pure functions, no DOM.

const SHAPES = [
  [/^\+1(\d{3})(\d{3})(\d{4})$/, "+1 $1 $2 $3"],
  [/^\+44(7\d{3})(\d{3})(\d{3})$/, "+44 $1 $2 $3"],
  [/^\+33(\d)(\d{2})(\d{2})(\d{2})(\d{2})$/, "+33 $1 $2 $3 $4 $5"],
];

/** "+12025550123,,123456" -> "+1 202 555 0123,,123456"; a number of another shape comes back as it is. */
export function pretty(number) {
  const [main, ...keys] = String(number ?? "").split(/(?=,)/);
  const shape = SHAPES.find(([pattern]) => pattern.test(main));
  return (shape ? main.replace(...shape) : main) + keys.join("");
}

/** What a person typed, without the spaces, dots, dashes and brackets that people put into numbers. */
export const bare = (typed) => typed.replace(/[\s().-]/g, "");

export const looksLikeNumber = (text) => /^\+\d{3,15}$/.test(text ?? "");

/** Milliseconds since 1970 from an ISO string, seconds or milliseconds; NaN when there is none. */
export function millis(at) {
  if (typeof at === "number") return at < 1e11 ? at * 1000 : at;
  return at ? Date.parse(at) : NaN;
}

const two = (n) => String(n).padStart(2, "0");

/** "14:03:27", local time; with thousandths when the log needs them. */
export function clock(at, thousandths = false) {
  const when = new Date(millis(at));
  if (Number.isNaN(when.getTime())) return "";
  const seconds = `${two(when.getHours())}:${two(when.getMinutes())}:${two(when.getSeconds())}`;
  return thousandths ? `${seconds}.${String(when.getMilliseconds()).padStart(3, "0")}` : seconds;
}

/** "0:07", "12:30": how long a call has lasted. */
export function lasted(since, now = Date.now()) {
  const seconds = Math.max(0, Math.floor((now - millis(since)) / 1000)) || 0;
  return `${Math.floor(seconds / 60)}:${two(seconds % 60)}`;
}

const ACCOUNT = /^\/(2010-04-01\/Accounts|v1\/Account)\/[^/]+/;
const shortSegment = (segment) => segment.replace(/^(?=.*\d)(.{4}).{6,}?(\.\w{1,4})?$/, "$1…$2");

/** Path of a URL without account and query, long ids cut: "…/Calls/CA5b…json", "/hooks/twilio/c/7kq2…/leg". */
export function shortUrl(url) {
  const [path, query] = String(url).replace(/^[a-z]+:\/\/[^/]+/i, "").split("#")[0].split("?");
  const short = path.replace(ACCOUNT, "…").split("/").map(shortSegment).join("/") || "/";
  return query ? `${short}?…` : short;
}

const NAMES = { twilio: "Twilio", plivo: "Plivo" };

export const carrierName = (carrier) => NAMES[carrier] ?? carrier;
