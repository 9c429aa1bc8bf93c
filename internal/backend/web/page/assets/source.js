// One event stream (docs/PROTOCOL.md 2) that comes back by itself and goes on
// exactly after the last event. Runs in the SharedWorker or in the page.
import { backOff, refusal } from './api.js';

const KINDS = ['message', 'tip', 'room', 'rules', 'removed', 'profile', 'pause', 'balance', 'show', 'snapshot', 'earnings', 'account', 'viewers'];
const FINAL = ['unauthenticated', 'forbidden', 'country', 'not_found'];

export class Source {
  // room '' is the account's own stream; after null means "what comes next".
  // told: {event(e), link(open), bye({kind, message, said})}.
  constructor(room, after, told) {
    Object.assign(this, { room, last: after, told, attempt: 0, opened: false, over: false });
    this.open();
  }

  open() {
    const query = new URLSearchParams();
    if (this.room) query.set('room', this.room);
    if (this.last !== null) query.set('after', this.last);
    const es = this.es = new EventSource('/api/v1/events?' + query);
    this.opened = false;
    es.onopen = () => {
      this.opened = true;
      this.attempt = 0;
      this.told.link(true);
    };
    es.onerror = () => this.lost();
    es.addEventListener('bye', (e) => this.end(JSON.parse(e.data)));
    for (const kind of KINDS) {
      es.addEventListener(kind, (e) => {
        const event = JSON.parse(e.data);
        if (event.seq > 0) this.last = event.seq;
        this.told.event(event);
      });
    }
  }

  // lost closes the stream and comes back. One that never opened may have been
  // refused: EventSource does not tell, so ask.
  async lost() {
    this.es.close();
    this.told.link(false);
    if (!this.opened && (await this.refused())) return;
    this.timer = setTimeout(() => this.over || this.open(), backOff(this.attempt++));
  }

  async refused() {
    try {
      const answer = await fetch('/api/v1/' + (this.room ? 'rooms/' + this.room : 'me'), { signal: AbortSignal.timeout(5000) });
      if (answer.ok) return false;
      const why = await refusal(answer);
      if (this.over || !FINAL.includes(why.kind)) return this.over;
      this.end({ kind: why.kind, message: why.message, said: why.said });
      return true;
    } catch {
      return this.over; // not reached: the back-off goes on
    }
  }

  end(note) {
    this.close();
    this.told.bye(note);
  }

  close() {
    this.over = true;
    clearTimeout(this.timer);
    this.es.close();
  }
}
