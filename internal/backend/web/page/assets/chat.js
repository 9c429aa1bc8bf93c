// Live chat. A line that is sent shows "sending", then "sent" or "refused" with
// the reason and Retry; it keeps its key, so that it counts once however often
// it is tried, and it survives a reload until the server has it.
import { Refused, Unreached, api, backOff, mintKey, pause } from './api.js';
import { follow } from './feed.js';
import { credits } from './site.js';
import { clock, say } from './words.js';

const KEEP = 500; // rows in the page
const GATHER = 100; // ms; lines that come faster are shown together
const NEAR = 100; // characters from the longest line: then it is said how many are left
const TRIES = 6; // without a connection, before the row says so

export class Chat {
  // told: {room(state), event(e), bye(note), link(up)} of the room's stream, each optional.
  constructor(room, told = {}) {
    const root = this.root = document.querySelector('[data-chat]');
    Object.assign(this, { room, name: root.dataset.name, own: 'own' in root.dataset, signedIn: root.dataset.signedIn === 'true' });
    this.lines = root.querySelector('[data-lines]');
    this.form = root.querySelector('[data-say]');
    this.input = this.form.elements.text;
    this.fresh = root.querySelector('[data-fresh]');
    this.store = `unsent ${room} ${this.name}`;
    this.turn = Promise.resolve();
    this.gathered = [];
    this.form.addEventListener('submit', (e) => this.submit(e));
    this.input.addEventListener('input', () => this.count());
    this.count(); // a browser brings back what was typed before a reload
    this.fresh.addEventListener('click', () => this.bottom());
    this.lines.addEventListener('scroll', () => this.atBottom() && (this.fresh.hidden = true), { passive: true });
    if (this.own) this.removing();
    this.bottom();
    for (const { text, key } of this.unsent()) this.refuse(this.pending(text, key), say('chat.not_yet'));
    follow(room, Number(root.dataset.seq), {
      event: (e) => {
        this.gather(e);
        told.event?.(e);
      },
      link: (up) => {
        this.link(up);
        told.link?.(up);
      },
      bye: (note) => {
        this.close(note.message);
        told.bye?.(note);
      },
    });
  }

  // gather shows what is told at once, and what follows on its heels together: a
  // list that grows is laid out and painted anew, which in a busy room would
  // leave the page no time for the picture.
  gather(e) {
    this.gathered.push(e);
    if (!this.gathering) this.draw();
  }

  draw() {
    clearTimeout(this.gathering);
    const rows = this.gathered.splice(0).map((e) => this.event(e)).filter(Boolean);
    this.gathering = setTimeout(() => {
      this.gathering = 0;
      if (this.gathered.length) this.draw();
    }, GATHER);
    if (rows.length) this.add(rows);
  }

  // event makes what is told a row; none when it is nothing to read, or there
  // already: our own line may be, from its sending.
  event({ kind, seq, data, at }) {
    if (kind === 'rules') this.rules(data.guest_chat);
    if (this.lines.querySelector(`[data-seq="${seq}"]`)) return null;
    const row = kind === 'message' ? this.row(data) : ['tip', 'pause', 'removed'].includes(kind) ? this[kind](data, at) : null;
    if (!row) return null;
    if (data.private) this.mark(row);
    row.dataset.seq = seq;
    return row;
  }

  tip({ from, millicredits, note }, at) {
    return this.row({ from, text: say('chat.tipped', credits(millicredits)) + (note ? `: ${note}` : ''), at, role: 'tipped' });
  }

  // pause is said in the same words in every room.
  pause({ paused }, at) {
    return paused ? this.row({ from: this.room, text: say('chat.paused'), at, role: 'event' }) : null;
  }

  removed({ viewer, lifted, until }, at) {
    return this.row({ from: viewer, text: say(lifted ? 'chat.lifted' : until ? 'chat.removed_while' : 'chat.removed'), at, role: 'event' });
  }

  row({ from, text, at, role }) {
    const row = this.root.querySelector('[data-line-template]').content.firstElementChild.cloneNode(true);
    row.classList.add(...[role].filter(Boolean));
    row.dataset.from = from;
    row.querySelector('.from').textContent = from;
    row.querySelector('.text').textContent = text;
    const when = row.querySelector('.clock');
    when.textContent = clock(at);
    when.dateTime = new Date(at).toISOString();
    if (this.own) this.removable(row);
    return row;
  }

  // mark says of a line that only the two of a private show read it.
  mark(row) {
    if (row.querySelector('[data-private]')) return;
    const tag = document.createElement('b');
    tag.className = 'tag';
    tag.dataset.private = '';
    tag.textContent = say('chat.private');
    row.querySelector('.text').before(tag, ' ');
  }

  // add puts rows in their place, or last.
  add(rows, last = false) {
    const stay = this.atBottom();
    if (last) this.lines.append(...rows);
    else for (const row of rows) this.place(row);
    for (let extra = this.lines.children.length - KEEP; extra > 0; extra--) {
      const old = this.lines.querySelector('[data-seq]');
      if (old) old.remove();
    }
    this.root.querySelector('[data-quiet]').hidden = true;
    if (stay) this.bottom();
    else this.fresh.hidden = false;
  }

  atBottom() {
    return this.lines.scrollHeight - this.lines.scrollTop - this.lines.clientHeight < 60;
  }

  bottom() {
    this.lines.scrollTop = this.lines.scrollHeight;
    this.fresh.hidden = true;
  }

  // count says how much more may be written, near the end.
  count() {
    const left = this.input.maxLength - this.input.value.length;
    const said = this.form.querySelector('[data-left]');
    said.hidden = left > NEAR;
    said.textContent = left > NEAR ? '' : say('chat.left', left);
  }

  submit(e) {
    e.preventDefault();
    const text = this.input.value.trim();
    if (!text) return;
    const key = mintKey();
    this.input.value = '';
    this.count();
    this.keep([...this.unsent(), { text, key }]);
    const row = this.pending(text, key);
    this.bottom();
    this.turn = this.turn.then(() => this.send(row, text, key)); // one after the other: in the order of the writing
  }

  pending(text, key) {
    const row = this.row({ from: this.name, text, at: Date.now(), role: 'sending' });
    row.querySelector('.retry').addEventListener('click', () => this.send(row, text, key));
    this.add([row], true);
    return row;
  }

  async send(row, text, key) {
    row.classList.replace('refused', 'sending');
    row.querySelector('.retry').hidden = true;
    this.fate(row, say('chat.sending'));
    for (let attempt = 0; ; attempt++) {
      try {
        this.sent(row, key, await api('POST', `rooms/${this.room}/messages`, { text, key }));
        return;
      } catch (why) {
        const later = why instanceof Unreached || why.kind === 'unavailable' || why.kind === 'internal';
        if (!later || attempt >= TRIES) {
          this.refuse(row, why instanceof Refused ? why.message : say('chat.kept'));
          return;
        }
        await pause(Math.max(why.waitMs || 0, backOff(attempt)));
      }
    }
  }

  sent(row, key, message) {
    this.keep(this.unsent().filter((l) => l.key !== key));
    const there = this.lines.querySelector(`[data-seq="${message.seq}"]`); // the stream was faster
    if (there) {
      row.remove();
      row = there;
    }
    row.dataset.seq = message.seq;
    row.dataset.from = message.from;
    row.querySelector('.from').textContent = message.from;
    row.classList.remove('sending');
    row.classList.add(message.role);
    if (message.private) this.mark(row);
    this.place(row);
    this.fate(row, say('chat.sent'));
    setTimeout(() => this.fate(row, ''), 2000);
  }

  // place puts a row where the server's order wants it: before what is still
  // being sent, and before a line of ours whose answer was faster than the stream.
  place(row) {
    const seq = Number(row.dataset.seq);
    let before = null;
    for (let at = this.lines.lastElementChild; at && !(Number(at.dataset.seq) < seq); at = at.previousElementSibling) {
      if (at !== row && (Number(at.dataset.seq) > seq || at.matches('.sending, .refused'))) before = at;
    }
    this.lines.insertBefore(row, before);
  }

  refuse(row, why) {
    row.classList.replace('sending', 'refused');
    this.fate(row, say('chat.refused', why));
    this.steady(() => { row.querySelector('.retry').hidden = false; });
  }

  fate(row, words) {
    const fate = row.querySelector('.fate');
    if (!fate) return; // a row of the history
    this.steady(() => {
      fate.textContent = words;
      fate.hidden = !words;
    });
  }

  // steady changes something and stays at the newest line if that was in sight.
  steady(change) {
    const stay = this.atBottom();
    change();
    if (stay) this.bottom();
  }

  unsent() {
    try {
      return JSON.parse(sessionStorage.getItem(this.store)) || [];
    } catch {
      return [];
    }
  }

  keep(lines) {
    try {
      sessionStorage.setItem(this.store, JSON.stringify(lines.slice(-20)));
    } catch {
      // a browser without storage: the line is still in the page
    }
  }

  rules(guestChat) {
    const may = this.signedIn || guestChat;
    this.form.hidden = !may;
    this.root.querySelector('[data-say-door]').hidden = may;
  }

  link(up) {
    const note = this.root.querySelector('[data-feed]');
    this.steady(() => {
      note.textContent = up ? '' : say('chat.lost');
      note.hidden = up;
    });
  }

  close(words) {
    this.draw(); // what was told before it
    const note = this.root.querySelector('[data-feed]');
    note.textContent = words;
    note.hidden = false;
    this.form.hidden = true;
  }

  // removing lets the performer kick and ban by a viewer's name, after asking.
  removing() {
    const dialog = this.root.querySelector('[data-remove]');
    for (const row of this.lines.children) this.removable(row);
    this.lines.addEventListener('click', (e) => {
      const row = e.target.closest('.from button')?.closest('.line');
      if (!row) return;
      dialog.dataset.viewer = row.dataset.from;
      dialog.querySelector('[data-remove-name]').textContent = say('chat.ask', row.dataset.from);
      dialog.returnValue = '';
      dialog.showModal();
    });
    dialog.addEventListener('close', async () => {
      if (!dialog.returnValue) return;
      try {
        await api('POST', `rooms/${this.room}/bans`, { viewer: dialog.dataset.viewer, minutes: dialog.returnValue === 'kick' ? 10 : 0 });
      } catch (why) {
        this.add([this.row({ from: dialog.dataset.viewer, text: say('chat.not_removed', why.message), at: Date.now(), role: 'event' })], true);
      }
    });
  }

  // removable makes a viewer's name a button.
  removable(row) {
    if (row.dataset.from === this.name) return;
    const name = document.createElement('button');
    name.type = 'button';
    name.textContent = row.dataset.from;
    name.title = say('chat.remove');
    row.querySelector('.from').replaceChildren(name);
  }
}
