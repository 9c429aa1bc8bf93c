// The JSON API (docs/PROTOCOL.md 1), as same-origin calls with the cookie.
import { say, told } from './words.js';

// Refused is an error that the API told; kind is one of its kinds.
export class Refused extends Error {
  constructor(kind, message, waitMs, said) {
    super(message);
    this.kind = kind;
    this.waitMs = waitMs;
    this.said = said; // the same in the visitor's language, where that is another one
  }
}

// Unreached is an answer that did not come: nobody knows whether the call counted.
export class Unreached extends Error {}

// refusal reads the error of an answer that is not ok.
export async function refusal(answer) {
  const wait = Number(answer.headers.get('Retry-After') || 0) * 1000;
  try {
    const { error } = await answer.json();
    return new Refused(error.kind, error.said ?? told(error.kind, error.message), error.retry_after_ms || wait, error.said);
  } catch {
    return new Refused(answer.status >= 500 ? 'unavailable' : 'invalid', say('site.broken'), wait);
  }
}

// server.ahead is by how many ms the site's clock is before ours, to half a second.
export const server = { ahead: 0 };

export async function api(method, path, body) {
  let answer;
  try {
    answer = await fetch('/api/v1/' + path, {
      method,
      headers: body === undefined ? {} : { 'Content-Type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
      keepalive: method !== 'GET', // what was asked for counts, also when the page is left
      signal: AbortSignal.timeout(15000),
    });
  } catch {
    throw new Unreached(say('site.unreached'));
  }
  server.ahead = Date.parse(answer.headers.get('Date')) + 500 - Date.now() || 0;
  if (!answer.ok) throw await refusal(answer);
  return answer.status === 204 ? null : answer.json();
}

// mintKey makes an idempotency key. It needs no secure context.
export function mintKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, '0')).join('');
}

// pause waits; a back-off of attempt n with jitter, at most `most` ms.
export const pause = (ms) => new Promise((done) => setTimeout(done, ms));
export const backOff = (attempt, most = 4000) => Math.min(most, 400 * 2 ** attempt) * (0.6 + 0.4 * Math.random());
