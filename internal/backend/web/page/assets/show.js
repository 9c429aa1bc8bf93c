// A private show on the member's side (docs/PROTOCOL.md 1.6): the price before
// asking, the wish and the line, the show with its countdown, the receipt. What
// is shown follows from the show as the server tells it: by the account's own
// events, and asked for anew whenever one may have been missed, so that a reload
// or another tab goes on where the show is.
import { Refused, api, mintKey, pause, server } from './api.js';
import { Extras, rate } from './extras.js';
import { follow } from './feed.js';
import { credits } from './site.js';
import { clock as hour, say } from './words.js';

const ANSWER = 120000; // ms that she has for her answer
const FIRST = 60000; // ms of credit left: the first warning
const LAST = 20000; // the second
const AGAIN = 1000; // ms before a changed offer can be agreed to: what was pressed twice was meant for the one before
const LOOK = 10000; // ms between two looks at the show, in case an event was missed
const SEES = ['asked', 'accepted', 'starting', 'running', 'interrupted']; // his connection is kept
const CLOSED = ['accepted', 'starting', 'running', 'interrupted', 'ended']; // others see a curtain
const TWO = ['accepted', 'starting', 'running', 'interrupted']; // his lines are read by the two of them alone
const OVER = ['settled', 'refused', 'expired', 'failed'];

// clock writes a length of time, 1:02:03 or 2:03.
const clock = (ms) => {
  const s = Math.max(0, Math.floor(ms / 1000)), two = (n) => String(n).padStart(2, '0');
  const m = Math.floor(s / 60);
  return m < 60 ? `${m}:${two(s % 60)}` : `${Math.floor(m / 60)}:${two(m % 60)}:${two(s % 60)}`;
};
const exact = (millicredits) => (millicredits / 1000).toFixed(3);
// lasting is how long millicredits pay for, in ms.
const lasting = (millicredits, price) => (price > 0 ? (millicredits * 60000) / price : 0);

// why tells why a price is what it is, with the hour on the visitor's own clock.
export const why = (reason, until) => {
  if (reason === 'promotion') return say('show.promotion');
  return reason ? `${say('show.until')} ${hour(new Date(until))}` : '';
};

export class PrivateShow {
  // told: {turn()}: whether the picture is for this visitor may have changed.
  constructor(room, told) {
    Object.assign(this, { room, told, show: null, elsewhere: null, state: '', roomIs: '', parting: false, news: 0, ran: 0, at: 0 });
    const door = document.querySelector('[data-show-door]');
    if (door) document.querySelector('.curtain').append(door.content);
    this.root = document.querySelector('[data-show]');
    if (!this.root) return;
    this.store = `show ${room}`;
    this.sheet = document.querySelector('[data-show-ask]');
    this.asking();
    this.conducting();
    this.extras = new Extras((show) => this.take(show));
    follow('', null, {
      event: (e) => {
        if (e.kind === 'show') this.take(e.data.show);
        if (this.state === 'interrupted') this.look(); // at what arrived before
        if (e.kind === 'balance' && this.show && !this.over) this.look();
      },
      link: (up) => up && this.look(),
    });
    document.addEventListener('visibilitychange', () => document.hidden || this.look());
    setInterval(() => !document.hidden && this.show && !this.over && this.look(), LOOK);
    setInterval(() => this.count(), 250);
    this.look();
  }

  get over() { return OVER.includes(this.state); }

  // sees tells whether behind the curtain there is, or may soon be, a picture for this visitor.
  get sees() { return SEES.includes(this.state); }

  // fed tells whether a picture is to arrive now.
  get fed() { return ['starting', 'running'].includes(this.state); }

  part(name) { return document.querySelector(`[data-show-${name}]`); }

  write(name, words) {
    const el = this.part(name);
    if (el.textContent !== words) el.textContent = words;
  }

  // follows is told the room's state.
  follows(state) {
    this.roomIs = state;
    if (state !== 'private') this.parting = false;
  }

  // look asks for what is open; what was told meanwhile is newer than the answer.
  async look() {
    const news = this.news;
    try {
      const { shows } = await api('GET', 'shows');
      if (news !== this.news) return;
      this.elsewhere = shows.find((s) => s.room !== this.room) || null;
      const here = shows.find((s) => s.room === this.room);
      const known = this.show && !this.over ? this.show.id : this.kept();
      if (here) this.take(here);
      else if (known && !(this.show && this.over)) this.take(await api('GET', `shows/${known}`));
    } catch (why) {
      if (why instanceof Refused && why.kind === 'not_found') this.keep('');
      // else: not reached; the next look
    }
  }

  // take follows the server's word.
  take(show) {
    this.news++;
    if (show.room !== this.room) {
      this.elsewhere = OVER.includes(show.state) ? null : show;
      return;
    }
    const before = this.show?.id === show.id ? this.show : null;
    if (!before && this.show && !this.over && OVER.includes(show.state)) return; // an older one
    this.extras.follow(show);
    this.count(); // what ran in the state that ends now
    if (show.arrived_ms) this.ran = show.arrived_ms - show.delivered_ms; // and is not paid yet
    else if (before?.delivered_ms !== show.delivered_ms) this.ran = 0;
    const closed = CLOSED.includes(this.state);
    this.show = show;
    this.state = show.state;
    if (closed && !this.sees && this.roomIs === 'private') this.parting = true;
    this.keep(show.id);
    this.draw(before?.state !== show.state);
    if (before?.state !== show.state) this.told.turn();
  }

  // kept is the show whose receipt this window still has to show.
  kept() {
    try {
      return sessionStorage.getItem(this.store);
    } catch {
      return null;
    }
  }

  keep(id) {
    try {
      sessionStorage.setItem(this.store, id);
    } catch {
      // a browser without storage: the receipt is gone with a reload, the history has it
    }
  }

  draw(turned) {
    this.root.hidden = false;
    for (const el of this.root.querySelectorAll('[data-when]')) el.hidden = !el.dataset.when.split(' ').includes(this.state);
    const { show, state } = this;
    this.part('two').hidden = !TWO.includes(state);
    const reason = show.reason && say(`show.reason_${show.reason}`);
    if (state === 'waiting') this.write('says', say('show.waiting', show.place || 1));
    else if (state === 'settled') this.write('says', reason);
    else if (this.over) this.write('says', `${reason} ${say('show.unpaid')}`);
    else this.write('says', say(`show.${state}`, show.room));
    this.write('delivered', clock(show.delivered_ms));
    this.write('paid', credits(show.charged_millicredits));
    if (state === 'settled') this.receipt();
    this.part('seal').hidden = !CLOSED.includes(state) || state === 'ended';
    const queue = this.part('queue');
    if (queue) queue.hidden = !this.over;
    this.count();
    if (turned && this.sheet.matches(':popover-open')) this.sheet.hidePopover();
  }

  // receipt writes lines that add up: whole seconds, the rest of which is told
  // where the price is worked out. With extras the charge is divided as the
  // protocol says: each by itself, rounded down; the rest is the show's own line.
  receipt() {
    const { started = 0, ended = 0, delivered_ms: delivered, price_millicredits: price, charged_millicredits: charged } = this.show;
    const parts = [this.show, this.show.cam2cam, this.show.audio].filter((p) => p === this.show || p.delivered_ms > 0);
    const comes = (...list) => Math.floor(list.reduce((sum, p) => sum + p.price_millicredits * p.delivered_ms, 0) / 60000);
    let left = Math.max(0, charged - comes(this.show)), base = charged;
    for (const name of ['cam2cam', 'audio']) {
      const part = this.show[name], own = Math.min(comes(part), left);
      left -= own;
      base -= own;
      this.write(`${name}-line`, exact(own));
      for (const el of this.root.querySelectorAll(`[data-of="${name}"]`)) el.hidden = !part.delivered_ms;
    }
    this.write('base-line', exact(base));
    for (const el of this.root.querySelectorAll('[data-of="base"]')) el.hidden = parts.length === 1;
    const whole = Math.floor(delivered / 1000);
    const length = Math.max(whole, started ? Math.round((ended - started) / 1000) : 0);
    this.write('length', clock(length * 1000));
    this.write('paused', clock((length - whole) * 1000));
    this.write('whole', clock(whole * 1000));
    this.write('frozen', credits(price));
    this.write('charged', exact(charged));
    const products = parts.map((p) => say('show.product', (p.delivered_ms / 1000).toFixed(3), credits(p.price_millicredits)));
    const sum = parts.length > 1 ? `(${products.join(' + ')})` : products[0];
    this.write('sum', charged < comes(...parts) ? say('show.gift') : say('show.sum', sum));
  }

  // count moves the clocks: credit runs down while the show runs, between two
  // words of the server by the time that passes here.
  count() {
    const now = Date.now();
    if (this.state === 'running') this.ran += now - this.at;
    this.at = now;
    if (this.state === 'asked') this.write('answer', clock(this.show.asked + ANSWER - now - server.ahead));
    if (!['running', 'interrupted'].includes(this.state)) {
      this.write('left', '');
      this.warn(Infinity);
      return;
    }
    const left = lasting(this.show.left_millicredits || 0, rate(this.show)) - this.ran;
    this.write('left', clock(left));
    this.write('rest', clock(left));
    this.warn(left);
  }

  // warn says once that a minute, and that 20 seconds, are left.
  warn(left) {
    const words = left < LAST ? say('show.warn_last') : left < FIRST ? say('show.warn_first') : '';
    this.part('warning').hidden = this.part('more').hidden = !words;
    this.write('warning', words);
    this.part('seal').classList.toggle('low', left < FIRST);
    this.part('seal').classList.toggle('last', left < LAST);
  }

  // asking is the sheet before the wish.
  asking() {
    this.key = mintKey();
    this.sheet.addEventListener('toggle', (e) => e.newState === 'open' && this.quote());
    for (const name of ['go', 'line-up']) this.part(name).addEventListener('click', (e) => this.ask(e.currentTarget));
    addEventListener('focus', () => this.sheet.matches(':popover-open') && this.quote()); // back from buying credits
  }

  async quote() {
    this.write('note', say('show.loading'));
    this.part('note').hidden = false;
    for (const name of ['quote', 'terms', 'go', 'line-up', 'get', 'elsewhere']) this.part(name).hidden = true;
    await this.look(); // a show may have begun in another tab
    if (this.show && !this.over) {
      this.write('note', say('show.already'));
      return;
    }
    if (this.elsewhere) {
      this.write('note', say('show.elsewhere', this.elsewhere.room));
      this.part('elsewhere').hidden = false;
      this.part('elsewhere').querySelector('a').href = `/r/${this.elsewhere.room}`;
      return;
    }
    try {
      this.offer(await api('GET', `rooms/${this.room}/quote`));
    } catch (why) {
      this.write('note', why.message);
    }
  }

  offer({ price_millicredits: price, price_why: reason, price_until: until, credit_millicredits: credit, lasts_ms: lasts, takes, ...more }) {
    this.shown = { price_millicredits: price, cam2cam_millicredits: more.cam2cam_millicredits || 0, audio_millicredits: more.audio_millicredits || 0 };
    const busy = this.roomIs === 'private';
    const poor = credit < price;
    this.write('note', busy ? say('show.busy') : !takes ? say('show.none') : poor ? say('show.poor', credits(price)) : '');
    this.part('note').hidden = takes && !busy && !poor;
    this.write('price', credits(price));
    this.write('why', why(reason, until));
    this.part('why').hidden = !reason;
    for (const extra of ['cam2cam', 'audio']) {
      const cost = more[`${extra}_millicredits`] || 0;
      for (const el of document.querySelectorAll(`[data-show-${extra}]`)) el.hidden = !cost;
      document.querySelector(`dd[data-show-${extra}] strong`).textContent = credits(cost);
    }
    this.write('credit', credits(credit));
    this.write('lasts', clock(lasts));
    this.part('quote').hidden = this.part('terms').hidden = false;
    this.part('hold').hidden = busy;
    this.part('line').hidden = !busy;
    this.part('go').hidden = busy || !takes || poor;
    this.part('line-up').hidden = !busy || poor;
    this.part('get').hidden = !poor;
  }

  // renew shows the offer as it is now in the open sheet.
  async renew() {
    try {
      this.offer(await api('GET', `rooms/${this.room}/quote`));
    } catch {
      // the old prices stay: with them nothing can be asked for
    }
  }

  // ask sends the wish once, however often it is pressed while no answer comes, with
  // the prices that are read here: at others it is refused.
  async ask(button) {
    if (button.ariaDisabled === 'true') return;
    button.ariaDisabled = true;
    try {
      const show = await api('POST', `rooms/${this.room}/shows`, { key: this.key, ...this.shown });
      this.key = mintKey();
      this.take(show);
      this.root.focus();
      this.root.scrollIntoView({ block: 'nearest' });
    } catch (why) {
      const lost = !(why instanceof Refused) || ['internal', 'unavailable'].includes(why.kind);
      if (!lost) this.key = mintKey();
      const clash = why.kind === 'conflict';
      if (clash) await this.renew();
      this.part('note').hidden = false;
      this.write('note', lost ? say('show.unsure') : why.message);
      if (!lost) this.look();
      if (clash) await pause(AGAIN);
    }
    button.ariaDisabled = false;
  }

  // conducting are the keys of a wish and of a show.
  conducting() {
    const sure = this.part('sure');
    this.part('withdraw').addEventListener('click', () => this.end());
    this.part('end').addEventListener('click', () => {
      sure.returnValue = '';
      sure.showModal();
    });
    sure.addEventListener('close', () => sure.returnValue === 'end' && this.end());
    this.part('close').addEventListener('click', () => {
      this.keep('');
      this.root.hidden = true;
      this.part('button').focus();
    });
  }

  async end() {
    try {
      this.take(await api('POST', `shows/${this.show.id}/end`, {}));
      this.root.focus();
    } catch (why) {
      this.write('says', why.message);
    }
  }
}
