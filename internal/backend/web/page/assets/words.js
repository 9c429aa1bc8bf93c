// The words that scripts say, in the page's language: the server puts them into
// the page. In the SharedWorker, which shows nothing, there are none.
const said = globalThis.document ? JSON.parse(document.body.dataset.words) : {};

export const lang = globalThis.document?.documentElement.lang;

// say fills the places {0}, {1}… of a sentence.
export function say(key, ...values) {
  return (said[key] ?? key).replace(/\{(\d)\}/g, (_, i) => values[i]);
}

// told is a refusal's sentence that there is in English only, after its kind in the
// page's language.
export function told(kind, message) {
  const words = said[`kind.${kind}`];
  return words && !message.startsWith(words) ? `${words}. ${message}` : message;
}

// clock writes the time of day as wide as the server does.
export function clock(at) {
  return new Date(at).toLocaleTimeString(lang, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
}
