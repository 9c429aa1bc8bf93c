// The SharedWorker that keeps the event streams of all windows of one visitor.
// A browser opens only six HTTP/1.1 connections to a host, so at most MOST
// streams are open at once: those of visible windows first, then of those used
// last. A stream that waits goes on exactly where it stopped.
import { Source } from './source.js';

const MOST = 4;
const windows = new Set(); // {port, visible, used, follows: Map(room → last)}
const sources = new Map(); // room → Source
let clock = 0;

self.onconnect = ({ ports: [port] }) => {
  const win = { port, visible: true, used: ++clock, follows: new Map() };
  windows.add(win);
  port.onmessage = ({ data }) => {
    if (data.type === 'follow') win.follows.set(data.room, data.after);
    if (data.type === 'visible') Object.assign(win, { visible: data.visible, used: ++clock });
    if (data.type === 'leave') windows.delete(win);
    arrange();
  };
};

// arrange opens and closes streams so that the windows that matter are served.
function arrange() {
  const order = [...windows].sort((a, b) => b.visible - a.visible || b.used - a.used);
  const wanted = new Set(order.flatMap((w) => [...w.follows.keys()]).slice(0, 64));
  const open = new Set([...wanted].slice(0, MOST));
  for (const [room, source] of sources) {
    if (!open.has(room)) {
      source.close();
      sources.delete(room);
    }
  }
  for (const room of open) start(room);
}

// start opens a room's stream after what the window that is furthest behind has.
function start(room) {
  const lasts = [...windows].filter((w) => w.follows.has(room)).map((w) => w.follows.get(room));
  const known = lasts.filter((n) => n !== null);
  const after = known.length ? Math.min(...known) : null;
  const running = sources.get(room);
  if (running && (after === null || (running.last !== null && running.last <= after))) return;
  running?.close();
  sources.set(room, new Source(room, after, {
    event: (e) => tell(room, { type: 'event', room, event: e }, e.seq),
    link: (up) => tell(room, { type: 'link', room, up }, 0),
    bye: (note) => {
      sources.delete(room);
      tell(room, { type: 'bye', room, note }, 0);
      for (const w of windows) w.follows.delete(room);
    },
  }));
}

// tell posts to the windows of a room; seq keeps one from reading an event twice.
function tell(room, message, seq) {
  for (const w of windows) {
    if (!w.follows.has(room)) continue;
    const last = w.follows.get(room);
    if (seq > 0 && last !== null && seq <= last) continue;
    if (seq > 0) w.follows.set(room, seq);
    w.port.postMessage(message);
  }
}
