// Cam2cam and two-way audio on the member's side (docs/PROTOCOL.md 1.6). A camera
// or microphone is opened when the member presses the key of it, and by nothing
// else: what another window, or this page before a reload, had switched on stays
// dark here. It is closed at once when he switches it off, when the server says
// that it is off, at the end of the show, and when the page is left.
//
// For measurements: the property jcPeer of the preview is the RTCPeerConnection.
import { Refused, Unreached, api, backOff, pause } from './api.js';
import { credits } from './site.js';
import { exchange, hangUp } from './whep.js';
import { connected, lost, prefer } from './whip.js';
import { say } from './words.js';

const GOING = ['starting', 'running', 'interrupted']; // states in which there are extras
const NAMES = ['cam2cam', 'audio'];
const BITRATE = 900_000;
const LATE = 5000; // ms of the show that arrive without the extra's, until it counts as not arriving
const WANTED = { // of the browser; she sees the picture small
  cam2cam: { video: { width: { ideal: 640 }, height: { ideal: 360 }, frameRate: { ideal: 30 } } },
  audio: { audio: { echoCancellation: true, noiseSuppression: true } },
};

// rate is what a minute of a show costs with what is on.
export const rate = (show) => NAMES.reduce((sum, name) => sum + (show[name]?.on ? show[name].price_millicredits : 0), show.price_millicredits);

export class Extras {
  // took hands on what the server answers about the show.
  constructor(took) {
    Object.assign(this, { took, show: null, tracks: {}, link: null, got: {}, pressed: new Set(), orders: Promise.resolve() });
    this.root = document.querySelector('[data-extras]');
    this.self = document.querySelector('[data-extras-self]');
    this.preview = this.self.querySelector('video');
    for (const name of NAMES) this.key(name).addEventListener('click', () => this.press(name));
    addEventListener('pagehide', () => this.leave());
  }

  key(name) { return document.querySelector(`[data-extra="${name}"]`); }

  get sends() { return NAMES.some((name) => this.tracks[name]); }

  note(words) {
    const el = document.querySelector('[data-extras-note]');
    if (el.textContent !== words) el.textContent = words;
  }

  // follow takes in how the show stands.
  follow(show) {
    const other = this.show?.id !== show.id;
    this.show = show;
    const going = GOING.includes(show.state), stopped = [];
    for (const name of NAMES) {
      if (!this.tracks[name] || this.pressed.has(name)) continue;
      if (!other && going && show[name].on) continue;
      this.close(name);
      stopped.push(name);
    }
    const turned = this.arrives();
    if (!going || other) this.note('');
    else if (stopped.length) this.note(this.sends ? `${say(`show.stopped_${stopped[0]}`)} ${this.tells()}` : say('show.extra_stopped'));
    else if (turned) this.say();
    this.draw();
  }

  // arrives learns from what the site counts whether it reaches her, and tells
  // whether that is news. That it leaves here is no sign of it.
  arrives() {
    let turned = false;
    for (const name of NAMES) {
      const got = this.got[name], came = this.show[name]?.delivered_ms || 0;
      if (!got) continue;
      const before = got.reached;
      if (came > got.came) Object.assign(got, { came, base: this.show.delivered_ms, reached: true });
      else if (this.show.delivered_ms - got.base >= LATE) got.reached = false;
      if (this.show.state !== 'running') got.reached = false; // nothing arrives, either way
      turned ||= before !== got.reached;
    }
    return turned;
  }

  // anew forgets that an extra reached her: it begins anew.
  anew(name) { this.got[name] = { came: this.show[name].delivered_ms, base: this.show.delivered_ms, reached: false }; }

  draw() {
    const { show } = this;
    const going = GOING.includes(show.state);
    const offered = NAMES.filter((name) => show[name]?.price_millicredits > 0);
    this.root.hidden = !going || !offered.length;
    for (const name of NAMES) {
      const key = this.key(name);
      key.hidden = !offered.includes(name);
      key.ariaChecked = String(Boolean(this.tracks[name]));
      key.ariaDisabled = String(this.pressed.has(name));
      key.querySelector('[data-price]').textContent = say('show.extra_price', credits(show[name]?.price_millicredits || 0));
    }
    const seen = this.tracks.cam2cam;
    this.self.hidden = !seen;
    const shown = this.preview.srcObject?.getTracks()[0];
    if (shown !== seen) this.preview.srcObject = seen ? new MediaStream([seen]) : null;
  }

  // press switches one on or off. On, the browser is asked first: what it does not
  // give is not switched on, and costs nothing.
  async press(name) {
    if (this.pressed.has(name) || !this.show) return;
    this.pressed.add(name);
    const on = !this.tracks[name], { id } = this.show;
    try {
      if (on) await this.open(name);
      else this.close(name);
      this.draw();
      if (on && !(this.show.id === id && GOING.includes(this.show.state))) throw new Unreached('');
      const answer = await this.order(id);
      this.pressed.delete(name);
      this.took(answer);
      if (!on) this.say();
    } catch (why) {
      this.pressed.delete(name);
      if (on) this.close(name);
      if (!(why instanceof Refused || why instanceof Unreached || why instanceof DOMException || why instanceof NoDevices)) console.error(why);
      this.note(this.words(name, why));
      this.draw();
    }
    this.upload();
  }

  // order tells the site what is on, one order after the other.
  order(id) {
    const send = () => api('POST', `shows/${id}/extras`, Object.fromEntries(NAMES.map((name) =>
      [name, this.pressed.has(name) ? Boolean(this.tracks[name]) : this.show[name].on])));
    return this.orders = this.orders.then(send, send);
  }

  // words say why one is not on.
  words(name, why) {
    if (why instanceof Refused || why instanceof Unreached) return why.message;
    if (why instanceof NoDevices) return say('show.extra_tls');
    return say(why.name === 'NotAllowedError' ? `show.refused_${name}` : `show.missing_${name}`);
  }

  async open(name) {
    if (!navigator.mediaDevices) throw new NoDevices();
    this.note(say('show.extra_asking'));
    const [track] = (await navigator.mediaDevices.getUserMedia(WANTED[name])).getTracks();
    track.onended = async () => { // pulled out, or taken away in the browser's own settings
      if (this.tracks[name] !== track) return;
      if (!this.pressed.has(name)) await this.press(name);
      this.note(say(`show.gone_${name}`));
    };
    this.tracks[name] = track;
    this.anew(name);
    this.feed(name);
  }

  // close lets go of the device: its light goes out.
  close(name) {
    const track = this.tracks[name];
    delete this.tracks[name];
    delete this.got[name];
    track?.stop();
    this.feed(name);
    if (!this.sends) this.end();
  }

  feed(name) { this.link?.senders?.[name].replaceTrack(this.tracks[name] || null).catch(() => {}); } // a closed connection needs none

  say() { this.note(this.sends ? this.tells() : ''); }

  // tells is what she gets, and what has not reached her yet.
  tells() {
    if (!this.link?.up) return say('show.extra_way');
    const on = NAMES.filter((name) => this.tracks[name]);
    if (on.length > 1 && on.every((name) => this.got[name].reached)) return say('show.extra_both');
    return on.map((name) => say(`show.${this.got[name].reached ? 'extra' : 'coming'}_${name}`)).join(' ');
  }

  // upload sends what is on until nothing is; it comes back by itself after a loss.
  async upload() {
    if (this.link) return this.sends && this.say();
    if (!this.sends) return;
    const mine = this.link = { ended: false, up: false };
    for (let attempt = 0; !mine.ended; attempt++) {
      this.say();
      try {
        await this.connect(mine);
        if (mine.ended) break;
        mine.up = true;
        attempt = 0;
        this.say();
        await lost(mine);
      } catch (why) {
        if (!(why instanceof Refused || why instanceof Unreached)) console.error(why);
        mine.wait = why.waitMs;
      }
      mine.up = false;
      for (const name of NAMES) if (this.tracks[name]) this.anew(name);
      const replaced = await this.drop(mine);
      if (mine.ended) break;
      if (replaced) return this.yieldTo();
      await pause(Math.max(mine.wait || 0, backOff(attempt)));
    }
    this.drop(mine);
  }

  async connect(mine) {
    const pc = mine.pc = this.preview.jcPeer = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
    mine.senders = {};
    for (const [name, kind] of [['cam2cam', 'video'], ['audio', 'audio']]) {
      const way = pc.addTransceiver(kind, { direction: 'sendonly', streams: [new MediaStream()], ...(kind === 'video' && { sendEncodings: [{ maxBitrate: BITRATE }] }) });
      prefer(way, kind);
      mine.senders[name] = way.sender;
      this.feed(name);
    }
    mine.session = await exchange(pc, `/whip/shows/${this.show.id}`);
    await connected(pc, say('site.unreached'));
  }

  drop(mine) {
    const { pc, session } = mine;
    mine.pc = mine.session = mine.senders = null;
    if (this.preview.jcPeer === pc) this.preview.jcPeer = null;
    return hangUp(pc, session);
  }

  // yieldTo stops because another window's upload has taken the place of this one's.
  yieldTo() {
    this.end();
    for (const name of NAMES) this.close(name);
    this.draw();
    this.note(say('show.extra_elsewhere'));
  }

  end() {
    const mine = this.link;
    this.link = null;
    if (!mine) return;
    mine.ended = true;
    mine.wake?.();
    this.drop(mine);
  }

  // leave stops with the page, and says so.
  leave() {
    if (!this.sends) return;
    for (const name of NAMES) this.close(name);
    api('POST', `shows/${this.show.id}/extras`, { cam2cam: false, audio: false }).catch(() => {}); // without it nothing is delivered, so nothing is paid
  }
}

// NoDevices is a page that the browser gives no camera or microphone to.
class NoDevices extends Error {}
