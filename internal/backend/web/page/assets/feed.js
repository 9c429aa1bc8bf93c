// The page's end of the event streams: by the SharedWorker where there is one,
// else by an EventSource of its own.
import { Source } from './source.js';
import { told as worded } from './words.js';

const streams = new Map(); // room → {last, told: [handlers]}
let port;
let own = new Map(); // room → Source, without a worker

// follow hands the events of a room ('' = the account's own) to told:
// {event(e), link(up), bye({kind, message})}, each optional. after is the
// sequence number that the page has already, null = only what comes next.
export function follow(room, after, told) {
  const known = streams.get(room);
  if (known) {
    known.told.push(told);
    return;
  }
  streams.set(room, { last: after, told: [told] });
  subscribe(room);
}

function subscribe(room) {
  const { last } = streams.get(room);
  if (connect()) port.postMessage({ type: 'follow', room, after: last });
  else own.set(room, new Source(room, last, {
    event: (e) => receive({ type: 'event', room, event: e }),
    link: (up) => receive({ type: 'link', room, up }),
    bye: (note) => receive({ type: 'bye', room, note }),
  }));
}

// connect reaches the worker. Its name keeps visitors apart: who signs in gets
// a worker whose streams bear the new session.
function connect() {
  if (port || !window.SharedWorker) return port;
  const worker = new SharedWorker(new URL('./worker.js', import.meta.url), { type: 'module', name: document.body.dataset.who });
  port = worker.port;
  port.onmessage = ({ data }) => receive(data);
  port.postMessage({ type: 'visible', visible: !document.hidden });
  return port;
}

function receive(message) {
  const stream = streams.get(message.room);
  if (!stream) return;
  if (message.type === 'event' && message.event.seq > 0) {
    if (stream.last !== null && message.event.seq <= stream.last) return;
    stream.last = message.event.seq;
  }
  for (const told of stream.told) {
    if (message.type === 'event') told.event?.(message.event);
    if (message.type === 'link') told.link?.(message.up);
    if (message.type === 'bye') told.bye?.({ ...message.note, message: message.note.said ?? worded(message.note.kind, message.note.message) });
  }
  if (message.type === 'bye') streams.delete(message.room);
}

document.addEventListener('visibilitychange', () => port?.postMessage({ type: 'visible', visible: !document.hidden }));
addEventListener('pagehide', () => {
  port?.postMessage({ type: 'leave' });
  port?.close();
  port = null;
  for (const source of own.values()) source.close();
  own = new Map();
});
addEventListener('pageshow', (e) => {
  if (e.persisted) for (const room of streams.keys()) subscribe(room);
});
