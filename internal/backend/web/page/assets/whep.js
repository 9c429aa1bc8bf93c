// Watching by WHEP (docs/PROTOCOL.md 3). A Watch keeps one peer connection to
// a room alive and says what it does; the page decides how that is worded.
//
// For measurements: the video element's property jcPeer is the
// RTCPeerConnection of the moment (null between two), so that its getStats()
// tells framesDecoded. Nothing of the site reads it.
import { Unreached, backOff, pause, refusal } from './api.js';
import { say } from './words.js';

const FIRST_PICTURE = 10000; // ms from the answer to the first frame
const STALLED = 3000; // ms without a byte
const REPORTED = 2000; // ms; browsers report about once a second
const LOOK = 500; // ms between two looks at the statistics

// exchange posts the offer and sets the answer; it returns the session's address.
export async function exchange(pc, url, headers = {}) {
  await pc.setLocalDescription(); // the site has no use for our candidates: it answers where the checks come from
  let answer;
  try {
    answer = await fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/sdp', ...headers },
      body: pc.localDescription.sdp,
      signal: AbortSignal.timeout(8000),
    });
  } catch {
    throw new Unreached(say('site.unreached'));
  }
  if (!answer.ok) throw await refusal(answer);
  const session = new URL(answer.headers.get('Location'), answer.url).href;
  await pc.setRemoteDescription({ type: 'answer', sdp: await answer.text() });
  return session;
}

// hangUp ends a session at the server first: a peer that has closed already
// would find it gone. Without a session it only closes. It resolves to true when
// another upload had replaced this one.
export async function hangUp(pc, session, headers = {}) {
  const answer = session && await fetch(session, { method: 'DELETE', keepalive: true, headers, signal: AbortSignal.timeout(3000) })
    .catch(() => null); // it ends by itself, too
  pc?.close();
  return answer?.status === 409;
}

export class Watch {
  // told: {playing(), lost(), waiting(), refused({kind, message})}.
  constructor(video, room, told) {
    Object.assign(this, { video, told, url: '/whep/' + room, wanted: false, fed: true, running: false });
    video.jcPeer = null;
    addEventListener('pagehide', () => {
      this.drop();
      this.ended?.close();
    });
    addEventListener('pageshow', (e) => e.persisted && this.wanted && this.start());
  }

  // feed tells whether the room says that it is live: only then is a picture
  // that stands still a reason to connect anew. A room that turns live is
  // tried at once.
  feed(live) {
    this.fed = live;
    if (live) this.wake?.();
  }

  // start connects and reconnects until over.
  async start() {
    this.wanted = true;
    if (this.running) return;
    this.running = true;
    for (let attempt = 0; this.wanted; attempt++) {
      try {
        await this.connect();
        attempt = 0;
        this.told.playing();
        await this.watch();
      } catch (why) {
        this.drop();
        if (!this.wanted || (await this.settle(why, attempt))) break;
        continue;
      }
      this.drop();
      if (this.wanted) this.told.lost();
    }
    this.running = false;
  }

  // over stops for good, or until the next start: nothing is seen or heard from
  // now on. What the server has not ended itself ends with the connection, which
  // stays a moment longer for the browser's last report: a private show is paid by
  // what it says has arrived.
  over() {
    const pc = this.ended = this.pc;
    this.wanted = false;
    this.pc = this.video.jcPeer = this.session = this.video.srcObject = null;
    if (pc?.connectionState === 'connected') setTimeout(() => pc.close(), REPORTED);
    else pc?.close();
    this.wake?.();
  }

  // settle waits as a refusal asks for; true when there is no use in coming back.
  async settle(why, attempt) {
    switch (why.kind) {
      case 'conflict': // not live: the room's event wakes us
        this.told.waiting();
        await this.sleep(Math.max(why.waitMs, 5000));
        return false;
      case 'unauthenticated':
        if (attempt < 2) return false; // the dead cookie is gone now
      // falls through
      case 'forbidden':
      case 'country':
      case 'not_found':
        this.wanted = false;
        this.told.refused(why);
        return true;
    }
    this.told.lost();
    await this.sleep(Math.max(why.waitMs || 0, backOff(attempt)));
    return false;
  }

  sleep(ms) {
    return Promise.race([pause(ms), new Promise((done) => { this.wake = done; })]);
  }

  // connect resolves with the first frame.
  async connect() {
    const pc = this.pc = this.video.jcPeer = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
    const stream = new MediaStream();
    for (const kind of ['video', 'audio']) {
      const { receiver } = pc.addTransceiver(kind, { direction: 'recvonly' });
      receiver.jitterBufferTarget = 0; // as soon as it is there
      receiver.playoutDelayHint = 0;
    }
    pc.ontrack = ({ track }) => stream.addTrack(track);
    this.session = await exchange(pc, this.url);
    this.video.srcObject = stream;
    this.video.play().catch(() => {}); // without a gesture sound may not start; muted it does
    for (const end = Date.now() + FIRST_PICTURE; Date.now() < end; await pause(50)) {
      if (this.pc !== pc || ['failed', 'closed'].includes(pc.connectionState)) break;
      if ((await this.received(pc)).frames > 0 && this.pc === pc) return;
    }
    throw new Unreached(say('site.no_picture'));
  }

  async received(pc) {
    let bytes = 0, frames = 0;
    for (const s of (await pc.getStats()).values()) {
      if (s.type !== 'inbound-rtp') continue;
      bytes += s.bytesReceived;
      frames += s.framesDecoded || 0;
    }
    return { bytes, frames };
  }

  // watch resolves when the picture is lost.
  async watch() {
    const pc = this.pc;
    let bytes = -1, moved = Date.now();
    while (this.pc === pc && this.wanted) {
      await pause(LOOK);
      if (this.pc !== pc || ['failed', 'closed'].includes(pc.connectionState)) return;
      const now = await this.received(pc);
      if (now.bytes !== bytes || !this.fed) moved = Date.now();
      bytes = now.bytes;
      if (Date.now() - moved > STALLED) return;
    }
  }

  // drop ends the connection and says so to the server.
  drop() {
    hangUp(this.pc, this.session);
    this.pc = this.video.jcPeer = this.session = null;
  }
}
