// Paying snapshots on the member's side (docs/PROTOCOL.md 1.7): a button with the
// price while one can be bought, a question before the first of a visit, and the
// picture. It is paid when it is there: the server says so, by the account's own
// event, and is asked in case that was missed.
import { Refused, api, mintKey, pause } from './api.js';
import { follow } from './feed.js';
import { credits } from './site.js';
import { say } from './words.js';

const LOOK = 2500; // ms between two looks at an order
const LOOKS = 8; // then it is over, whatever the server knows

export class Snapshots {
  constructor(room) {
    this.button = document.querySelector('[data-snap]');
    if (!this.button) return; // a guest's room, or her own
    Object.assign(this, { room, key: mintKey(), order: '', told: new Map(), price: Number(this.button.dataset.price), busy: false });
    this.sure = this.part('sure');
    this.button.addEventListener('click', () => this.press());
    this.sure.addEventListener('close', () => this.sure.returnValue === 'buy' && this.buy());
    this.part('close').addEventListener('click', () => {
      this.part('panel').hidden = true;
      this.button.focus();
    });
    follow('', null, { event: (e) => e.kind === 'snapshot' && this.take(e.data.snapshot) });
  }

  part(name) { return document.querySelector(`[data-snap-${name}]`); }

  // offer takes in the price of this moment; 0 is none.
  offer(price) {
    if (!this.button) return;
    this.price = price;
    this.button.hidden = !price && !this.busy;
    this.button.ariaDisabled = this.busy || !price;
    if (price) this.part('price').textContent = credits(price);
  }

  // look asks whether one can be bought, not with everybody else at once.
  look() {
    if (!this.button || this.looking) return;
    this.looking = setTimeout(async () => {
      this.looking = null;
      try {
        this.offer((await api('GET', `rooms/${this.room}`)).snapshot_millicredits || 0);
      } catch {
        // the next look, within ten seconds
      }
    }, 200 + 800 * Math.random());
  }

  // press buys, after a question the first time and whenever the price is another.
  press() {
    if (this.button.ariaDisabled === 'true') return;
    if (this.agreed() === this.price) {
      this.buy();
      return;
    }
    this.part('cost').textContent = say('snap.cost', credits(this.price));
    this.sure.returnValue = '';
    this.sure.showModal();
  }

  // agreed is the price that was said yes to in this visit.
  agreed() {
    try {
      return Number(sessionStorage.getItem(`snapshot ${this.room}`));
    } catch {
      return this.yes || 0;
    }
  }

  agree() {
    this.yes = this.price;
    try {
      sessionStorage.setItem(`snapshot ${this.room}`, this.price);
    } catch {
      // a browser without storage asks again in the next page
    }
  }

  work(busy) {
    this.busy = busy;
    this.offer(this.price);
  }

  async buy() {
    this.agree();
    this.work(true);
    this.show(say('snap.taking'));
    try {
      const order = await api('POST', `rooms/${this.room}/snapshots`, { key: this.key, price_millicredits: this.price });
      this.key = mintKey();
      this.order = order.id;
      this.take(this.told.get(order.id) || order);
      await this.wait(order.id);
    } catch (why) {
      const lost = !(why instanceof Refused) || ['internal', 'unavailable'].includes(why.kind);
      if (!lost) this.key = mintKey();
      this.show(lost ? say('snap.unsure') : why.message);
      this.part('get').hidden = why.kind !== 'payment';
      if (why.kind === 'conflict') this.look();
    }
    this.work(false);
    this.button.focus({ preventScroll: true });
  }

  // wait looks at the order until it has ended, in case its event was missed.
  async wait(id) {
    for (let n = 0; this.order === id && n < LOOKS; n++) {
      await Promise.race([pause(LOOK), new Promise((done) => { this.wake = done; })]);
      if (this.order !== id) return;
      try {
        this.take(await api('GET', `snapshots/${id}`));
      } catch {
        // the next look
      }
    }
    if (this.order === id) this.take({ id, state: 'failed', reason: 'late' });
  }

  // take follows the server's word.
  take(snapshot) {
    if (snapshot.id !== this.order) {
      if (snapshot.state !== 'asked') this.told.set(snapshot.id, snapshot); // faster than the answer
      return;
    }
    if (snapshot.state === 'asked') return;
    this.order = '';
    if (snapshot.state === 'sold') {
      this.show(say('snap.sold', credits(snapshot.price_millicredits)), snapshot);
    } else {
      this.show(`${say(`snap.reason_${snapshot.reason}`)} ${say('snap.unpaid')}`);
      this.part('get').hidden = snapshot.reason !== 'credit';
    }
    this.wake?.();
  }

  show(words, sold) {
    this.part('says').textContent = words;
    this.part('panel').hidden = false;
    for (const name of ['open', 'save', 'all']) this.part(name).hidden = !sold;
    this.part('get').hidden = true;
    if (!sold) return;
    this.part('small').src = sold.thumbnail;
    this.part('open').href = this.part('save').href = sold.picture;
    this.part('save').download = `jasmincam-${this.room}-${new Date(sold.ended).toISOString().slice(0, 19).replace(/[:T]/g, '-')}.jpg`;
  }
}
