// The room: video by WHEP, live chat, tips. The state that the page shows is
// data-state on the video and on the curtain over it: connecting, live,
// reconnecting, away, ended, country, banned, private, paused. It follows from
// five things: a closed door, the room's own state, whose the private show is,
// whether she has paused, and what the video does.
import { Refused, api, mintKey } from './api.js';
import { Chat } from './chat.js';
import { PrivateShow, why } from './show.js';
import { credits, showBalance } from './site.js';
import { Snapshots } from './snap.js';
import { Watch } from './whep.js';
import { say } from './words.js';

const video = document.querySelector('video[data-room]');
const curtain = document.querySelector('.curtain');
const controls = document.querySelector('[data-controls]');
const sound = document.querySelector('[data-sound]');
const room = video.dataset.room;
const now = { door: '', room: video.dataset.roomIs, media: 'new', wasLive: false, paused: 'paused' in video.dataset };

function state() {
  if (now.door) return now.door;
  if (now.room === 'offline') return 'ended';
  if (now.room === 'private') {
    if (!privately.sees) return privately.parting ? 'away' : 'private';
    if (now.paused && privately.state === 'interrupted') return 'paused';
    if (!privately.fed) return now.wasLive && privately.state === 'interrupted' ? 'reconnecting' : 'connecting';
  } else if (now.room !== 'live') return now.room;
  if (now.paused) return 'paused';
  if (now.media === 'playing') return 'live';
  return now.wasLive ? 'reconnecting' : 'connecting';
}

function show() {
  const s = state();
  if (s === 'live' && !now.wasLive) performance.mark('live'); // for measurements
  if (s === 'live') now.wasLive = true;
  if (s === 'ended') now.wasLive = false;
  if (curtain.dataset.state !== s) video.dataset.state = curtain.dataset.state = s;
  controls.hidden = s !== 'live';
}

function detail(words) {
  const el = document.querySelector('[data-detail]');
  el.textContent = words;
  el.hidden = !words;
}

// shut is a door that closed: the words are the server's, in place of ours.
function shut({ kind, message }) {
  now.door = { country: 'country', forbidden: 'banned' }[kind] || 'ended';
  watch.over();
  curtain.classList.add('shut');
  detail(message);
  show();
}

const watch = new Watch(video, room, {
  playing: () => media('playing'),
  lost: () => media('lost'),
  waiting: () => media('waiting'),
  refused: shut,
});

// pause covers the picture, which is black, with words.
function pause(on) {
  now.paused = on;
  show();
}

function media(phase) {
  now.media = phase;
  show();
}

// enter follows the room's state: where there is or may soon be a picture, watch.
function enter(s) {
  now.room = s;
  if (s === 'offline') now.paused = false;
  privately.follows(s);
  watch.feed(s === 'live' || (s === 'private' && privately.fed));
  if (s === 'offline' || (s === 'private' && !privately.sees)) {
    watch.over();
    now.media = 'new';
  } else if (!now.door) {
    watch.start();
  }
  show();
}

// Sound starts off, as browsers demand; the visitor's wish is remembered.
function hear(on) {
  video.muted = !on;
  sound.textContent = say(on ? 'room.sound_off' : 'room.sound_on');
}
sound.addEventListener('click', () => {
  hear(video.muted);
  video.play().catch(() => hear(false));
});

// The whole screen, where the browser has that; Escape leaves it.
const screen = document.querySelector('.screen');
const full = document.querySelector('[data-full]');
full.hidden = !document.fullscreenEnabled;
full.addEventListener('click', () => (document.fullscreenElement ? document.exitFullscreen() : screen.requestFullscreen()).catch(() => {}));

// The goal grows with each tip that the room hears of, and makes way for another.
const goalPanel = document.querySelector('[data-goal]');
const goal = {
  collected: Number(goalPanel.dataset.collected),
  told: 0,
  add(millicredits) {
    if (goalPanel.hidden) return;
    this.told++;
    this.show(this.collected + millicredits);
    this.soon();
  },
  soon() { this.timer ??= setTimeout(() => this.look(), 3000 + 5000 * Math.random()); },
  // look reads the truth again, a while after a tip and not for each; what was
  // told meanwhile is newer than the answer.
  async look() {
    const { told } = this;
    const { goal: fresh } = await api('GET', `performers/${room}/profile`).catch(() => ({})); // what was counted here stays
    this.timer = null;
    if (told !== this.told) this.soon();
    else if (fresh?.target_millicredits === Number(goalPanel.dataset.target)) this.show(fresh.collected_millicredits);
  },
  begin({ title, target_millicredits: target }) {
    this.told++;
    goalPanel.hidden = !target;
    goalPanel.dataset.target = target;
    goalPanel.querySelector('bdi').textContent = title;
    goalPanel.querySelector('progress').max = target || 1;
    this.show(0);
  },
  show(collected) {
    this.collected = collected;
    goalPanel.querySelector('progress').value = this.collected;
    goalPanel.querySelector('[data-goal-words]').textContent = say('room.goal', credits(this.collected), credits(Number(goalPanel.dataset.target)));
  },
};

// menu shows another tip menu.
function menu(offers) {
  const place = document.querySelector('[data-menu]');
  place.hidden = offers.length === 0;
  place.querySelector('ul').replaceChildren(...offers.map(({ title, millicredits }) => {
    const item = place.querySelector('template').content.firstElementChild.cloneNode(true);
    item.querySelector('b').textContent = credits(millicredits);
    item.querySelector('bdi').textContent = title;
    const button = item.querySelector('button');
    if (button) Object.assign(button, { name: 'tip', value: credits(millicredits) }).dataset.for = title;
    return item;
  }));
}

// offers takes in what she changed of her profile.
function offers({ goal: begun, tip_menu: list, price_now_millicredits: price, price_why: reason, price_until: until }) {
  if (begun) goal.begin(begun);
  if (list) menu(list);
  const shown = document.querySelector('[data-room-price]');
  if (!price || !shown) return;
  shown.textContent = credits(price);
  const tag = document.querySelector('[data-price-why]');
  tag.textContent = why(reason, until);
  tag.hidden = !reason;
  if (!reason) document.querySelectorAll('[data-usual]').forEach((el) => el.remove());
}

const snapshots = new Snapshots(room);
const privately = new PrivateShow(room, {
  turn: () => {
    enter(now.room);
    snapshots.look(); // to the payer of a show they are sold behind the curtain
  },
});

if (!window.RTCPeerConnection) {
  detail(say('room.old_browser'));
  show();
} else {
  enter(now.room);
}

let news = 0; // what the room was told of itself

new Chat(room, {
  event: (e) => {
    if (['room', 'pause', 'profile'].includes(e.kind)) news++;
    if (e.kind === 'room') enter(e.data.state);
    if (e.kind === 'pause') pause(e.data.paused);
    if (e.kind === 'tip') goal.add(e.data.millicredits);
    if (e.kind === 'profile') offers(e.data);
    if (['room', 'pause'].includes(e.kind) || (e.kind === 'profile' && 'snapshot_millicredits' in e.data)) snapshots.look();
  },
  bye: shut,
});

// How many watch is asked for now and then; viewers need no more. Of the rest
// what was told meanwhile is newer than the answer.
setInterval(async () => {
  if (document.hidden || now.door) return;
  const asked = news;
  try {
    const fresh = await api('GET', `rooms/${room}`);
    document.querySelector('[data-viewers]').textContent = fresh.viewers;
    if (news !== asked) return;
    pause(Boolean(fresh.paused));
    if (fresh.state !== now.room) enter(fresh.state);
    snapshots.offer(fresh.snapshot_millicredits || 0);
  } catch (why) {
    if (why instanceof Refused && ['country', 'forbidden'].includes(why.kind)) shut(why);
  }
}, 10000);

const tip = document.querySelector('[data-tip]');
const sheet = document.querySelector('[data-sheet]'); // a popover, but for a form that the server filled in
tip?.addEventListener('submit', async (e) => {
  e.preventDefault();
  const button = tip.querySelector('button');
  if (button.ariaDisabled === 'true') return; // one at a time; a disabled one would lose the focus
  const { credits: amount, note, key } = tip.elements;
  const [whole, part = ''] = amount.value.trim().replace(',', '.').split('.');
  const millicredits = Number(whole || 0) * 1000 + Number((part + '000').slice(0, 3));
  button.ariaDisabled = true;
  result(say('room.sending'), '');
  try {
    const receipt = await api('POST', `rooms/${room}/tips`, { millicredits, note: note.value, key: key.value });
    showBalance(receipt.balance_millicredits);
    result(say(receipt.note_fast ? 'room.hasty' : receipt.note_dropped ? 'room.noteless' : 'room.thanks'), 'good');
    amount.value = note.value = '';
    key.value = mintKey();
  } catch (why) {
    if (why instanceof Refused && !['internal', 'unavailable'].includes(why.kind)) {
      key.value = mintKey(); // this one was refused for good: the next is another tip
      result(why.message, 'bad');
    } else {
      result(say('room.unsure'), 'bad');
    }
  }
  button.ariaDisabled = false;
});

function result(words, mood) {
  const el = document.querySelector('[data-tip-result]');
  el.className = `result ${mood}`;
  el.textContent = words;
}

// Keeping a room as a favourite leaves the picture alone.
const like = document.querySelector('.like');
like?.form.addEventListener('submit', async (e) => {
  e.preventDefault();
  const on = like.value === 'yes';
  try {
    await api('PUT', `favourites/${room}`, { favourite: on });
    like.setAttribute('aria-pressed', on);
    like.value = on ? 'no' : 'yes';
  } catch (why) {
    result(why.message, 'bad');
  }
});

// A chip fills the form in; nothing is sent before Send tip is pressed.
document.addEventListener('submit', (e) => {
  if (!tip || !e.target.matches('[data-amounts]')) return;
  e.preventDefault();
  tip.elements.credits.value = e.submitter.value;
  tip.elements.note.value = e.submitter.dataset.for || '';
  result('', '');
  if (sheet.popover && !sheet.matches(':popover-open')) sheet.showPopover();
  tip.querySelector('button').focus();
});
