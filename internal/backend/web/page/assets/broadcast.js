// Going online from the browser (domain A3) by WHIP: camera and microphone of
// her choice, one upload, one room. Nothing leaves the page before "Go online".
//
// data-state of [data-broadcast-state]: offline, connecting, live,
// reconnecting, elsewhere (her room is live by another program), asking (after
// a sleep), failed.
//
// For measurements the preview's property jcPeer is the RTCPeerConnection.
import { Refused, Unreached, api, backOff, pause } from './api.js';
import { Chat } from './chat.js';
import { follow } from './feed.js';
import { credits } from './site.js';
import { exchange, hangUp } from './whep.js';
import { connected, lost, prefer } from './whip.js';
import { say } from './words.js';

const root = document.querySelector('[data-broadcast]');
const room = root.dataset.broadcast;
const preview = root.querySelector('[data-preview]');
const line = root.querySelector('[data-broadcast-state]');
const badge = root.querySelector('[data-badge]');
const go = root.querySelector('[data-go]');
const stop = root.querySelector('[data-stop]');
const camera = root.querySelector('[data-camera]');
const microphone = root.querySelector('[data-microphone]');

const BITRATE = 4_000_000;
const STILL_EVERY = 10000;
const ASLEEP = 60000; // a longer gap asks before it goes on (domain rule 5)

let media = null; // MediaStream of the chosen devices
let on = null; // the broadcast of the moment: {pc, session, token, ended}
let isOpen = root.dataset.roomIs !== 'offline'; // the room, whoever feeds it

function show(state, words) {
  line.dataset.state = state;
  line.textContent = words;
  badge.textContent = say(`broadcast.${['live', 'connecting', 'reconnecting', 'elsewhere'].includes(state) ? state : 'offline'}_badge`);
  badge.className = `badge ${state}`;
  const busy = ['connecting', 'live', 'reconnecting'].includes(state);
  const held = [go, stop].includes(document.activeElement);
  go.hidden = busy;
  stop.hidden = !busy;
  if (held) (busy ? stop : go).focus(); // the keyboard stays at the button that takes the place
  camera.disabled = microphone.disabled = !media;
}

// rest says how it is while this page sends nothing: her room may be live all
// the same, by the app or another page.
function rest() {
  if (isOpen) show('elsewhere', say('broadcast.elsewhere'));
  else show('offline', say('broadcast.offline'));
}

// open shows the devices that she chose, and no other one if those fail.
async function open() {
  const pick = (select) => (select.value ? { deviceId: { exact: select.value } } : {});
  const fresh = await navigator.mediaDevices.getUserMedia({
    video: { ...pick(camera), width: { ideal: 1920 }, height: { ideal: 1080 }, frameRate: { ideal: 30 } },
    audio: { ...pick(microphone), channelCount: { ideal: 2 } },
  });
  media?.getTracks().forEach((t) => t.stop());
  media = fresh;
  preview.srcObject = media;
  for (const track of media.getTracks()) track.onended = () => lostDevice(track);
  await list();
}

async function list() {
  const devices = await navigator.mediaDevices.enumerateDevices();
  for (const [select, kind, track] of [[camera, 'videoinput', media.getVideoTracks()[0]], [microphone, 'audioinput', media.getAudioTracks()[0]]]) {
    const current = track?.getSettings().deviceId;
    select.replaceChildren(...devices.filter((d) => d.kind === kind).map((d, i) => new Option(d.label || say('broadcast.device', i + 1), d.deviceId, false, d.deviceId === current)));
    select.disabled = false;
  }
}

function lostDevice(track) {
  end();
  show('failed', say(track.kind === 'video' ? 'broadcast.camera_gone' : 'broadcast.microphone_gone'));
}

function deviceProblem(why) {
  return say({
    NotAllowedError: 'broadcast.not_allowed',
    NotFoundError: 'broadcast.not_found',
    NotReadableError: 'broadcast.not_readable',
    OverconstrainedError: 'broadcast.not_there',
  }[why.name] || 'broadcast.not_working');
}

async function change() {
  try {
    await open();
    for (const sender of on?.pc?.getSenders() || []) {
      const track = media.getTracks().find((t) => t.kind === sender.track?.kind);
      if (track) await sender.replaceTrack(track);
    }
  } catch (why) {
    if (!on) show('failed', deviceProblem(why));
    else line.textContent = say('broadcast.still_live', deviceProblem(why));
  }
}

// broadcast stays online until she stops: it comes back by itself after a loss.
async function broadcast() {
  const mine = on = { ended: false };
  show('connecting', say('broadcast.connecting'));
  for (let attempt = 0; !mine.ended; attempt++) {
    try {
      await upload(mine);
      if (mine.ended) break; // she pressed Stop meanwhile
      attempt = 0;
      show('live', say('broadcast.live'));
      await lost(mine);
      if (!mine.ended) show('reconnecting', say('broadcast.lost'));
      if (await drop(mine)) return yieldTo(mine);
    } catch (why) {
      if (await drop(mine)) return yieldTo(mine);
      if (mine.ended) return;
      if (why instanceof Refused && !['unavailable', 'limited', 'internal', 'conflict'].includes(why.kind)) {
        mine.ended = true;
        on = null;
        show('failed', why.message);
        return;
      }
      if (!(why instanceof Refused || why instanceof Unreached)) console.error(why);
      show('reconnecting', say('broadcast.again', why.message));
      await pause(Math.max(why.waitMs || 0, backOff(attempt)));
    }
  }
  drop(mine);
}

// yieldTo stops, because another program's upload has replaced this page's: if both
// came back, they would replace each other in turn.
function yieldTo(mine) {
  if (mine.ended) return;
  mine.ended = true;
  on = null;
  isOpen = true;
  rest();
}

// upload resolves when the room's gate is open.
async function upload(mine) {
  const grant = await api('POST', 'broadcasts', { accounts: [] });
  const pc = mine.pc = preview.jcPeer = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
  for (const track of media.getTracks()) {
    const options = { direction: 'sendonly', streams: [media] };
    if (track.kind === 'video') {
      track.contentHint = 'motion';
      options.sendEncodings = [{ maxBitrate: BITRATE }];
    }
    const transceiver = pc.addTransceiver(track, options);
    prefer(transceiver, track.kind);
  }
  mine.session = await exchange(pc, '/whip?shows=none', { Authorization: `Bearer ${grant.token}` }); // here is no card for a wish
  mine.token = grant.token;
  await connected(pc, say('broadcast.no_way'));
  for (let attempt = 0; !mine.ended; attempt++) {
    try {
      await api('PUT', `rooms/${room}/online`, { online: true });
      return;
    } catch (why) {
      if (why.kind !== 'conflict' || attempt > 10) throw why; // the first packets are on their way
      await pause(300);
    }
  }
}

// drop ends an upload; it resolves to true when another one had replaced it.
function drop(mine) {
  const { pc, session } = mine;
  mine.pc = mine.session = preview.jcPeer = null;
  return hangUp(pc, session, { Authorization: `Bearer ${mine.token}` });
}

// end stops picture and sound at once, then closes the room, then the upload.
async function end() {
  const mine = on;
  if (!mine) return;
  on = null;
  mine.ended = true;
  const { pc, session } = mine;
  mine.pc = mine.session = preview.jcPeer = null;
  mine.wake?.();
  for (const sender of pc?.getSenders() || []) sender.replaceTrack(null);
  if (pc) await api('PUT', `rooms/${room}/online`, { online: false }).catch(() => {}); // the upload's end closes the room, too
  hangUp(pc, session, { Authorization: `Bearer ${mine.token}` });
}

// still sends a picture for the list of rooms. A canvas knows no metadata.
async function still() {
  if (line.dataset.state !== 'live' || !preview.videoWidth) return;
  const canvas = document.createElement('canvas');
  canvas.width = 640;
  canvas.height = Math.round((640 * preview.videoHeight) / preview.videoWidth);
  canvas.getContext('2d').drawImage(preview, 0, 0, canvas.width, canvas.height);
  const jpeg = await new Promise((done) => canvas.toBlob(done, 'image/jpeg', 0.8));
  await fetch(`/api/v1/rooms/${room}/thumbnail`, { method: 'PUT', headers: { 'Content-Type': 'image/jpeg' }, body: jpeg });
}

// sell answers an order of a snapshot with the picture as members see it, in full
// size, and tells her who bought it. Without a picture nothing is sold.
async function sell({ id, member, state, price_millicredits: price, ended, show: within }) {
  if (state === 'sold') chat.add([chat.row({ from: member, text: say('broadcast.sold', credits(price)), at: ended, role: 'event' })]);
  if (state !== 'asked' || within || line.dataset.state !== 'live' || !preview.videoWidth) return;
  const canvas = document.createElement('canvas');
  canvas.width = preview.videoWidth;
  canvas.height = preview.videoHeight;
  canvas.getContext('2d').drawImage(preview, 0, 0);
  const jpeg = await new Promise((done) => canvas.toBlob(done, 'image/jpeg', 0.93));
  await fetch(`/api/v1/snapshots/${id}/picture`, { method: 'PUT', headers: { 'Content-Type': 'image/jpeg' }, body: jpeg });
}

go.addEventListener('click', async () => {
  if (go.ariaDisabled === 'true') return;
  go.ariaDisabled = true;
  try {
    if (!media) await open();
    broadcast();
  } catch (why) {
    show('failed', deviceProblem(why));
  }
  go.ariaDisabled = false;
});
stop.addEventListener('click', () => {
  end();
  show('offline', say('broadcast.stopped'));
});
camera.addEventListener('change', change);
microphone.addEventListener('change', change);
addEventListener('pagehide', end);
addEventListener('beforeunload', (e) => on && e.preventDefault());

let seen = Date.now();
setInterval(() => {
  if (Date.now() - seen > ASLEEP && on) {
    end();
    show('asking', say('broadcast.asleep'));
  }
  seen = Date.now();
}, 1000);
setInterval(() => still().catch(() => {}), STILL_EVERY); // the next one comes in 10 s

const chat = new Chat(room, {
  event: (e) => {
    if (e.kind !== 'room') return;
    isOpen = e.data.state !== 'offline';
    if (!on && line.dataset.state === (isOpen ? 'offline' : 'elsewhere')) rest();
  },
});
follow('', null, {
  event: (e) => {
    if (e.kind === 'viewers') root.querySelector('[data-viewers]').textContent = e.data.viewers;
    if (e.kind === 'snapshot') sell(e.data.snapshot).catch(() => {}); // nobody pays for what did not come
    if (e.kind === 'account' && e.data.state !== 'active') {
      end();
      show('failed', e.data.reason || say('broadcast.account'));
    }
  },
  bye: (note) => {
    end();
    show('failed', note.message);
  },
});

if (navigator.mediaDevices) open().then(rest, (why) => show('failed', deviceProblem(why)));
else show('failed', say('broadcast.no_tls'));
