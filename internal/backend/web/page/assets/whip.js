// What every upload by WHIP shares (docs/PROTOCOL.md 3).
import { Unreached } from './api.js';

// prefer puts what the site takes first: H.264 of packetization-mode 1, Opus.
export function prefer(transceiver, kind) {
  const { codecs } = RTCRtpReceiver.getCapabilities(kind);
  const fits = (c) => (kind === 'audio' ? c.mimeType === 'audio/opus'
    : c.mimeType === 'video/H264' && c.sdpFmtpLine?.includes('packetization-mode=1') && c.sdpFmtpLine.includes('profile-level-id=42e01f'));
  const chosen = codecs.filter(fits);
  const repair = codecs.filter((c) => c.mimeType === 'video/rtx');
  if (chosen.length) transceiver.setCodecPreferences([...chosen, ...repair]);
}

// connected resolves when media can go; words say that they cannot.
export function connected(pc, words) {
  return new Promise((done, fail) => {
    const timer = setTimeout(() => fail(new Unreached(words)), 10000);
    pc.onconnectionstatechange = () => {
      if (pc.connectionState === 'connected') done(clearTimeout(timer));
      if (['failed', 'closed'].includes(pc.connectionState)) fail(new Unreached(words));
    };
    pc.onconnectionstatechange();
  });
}

// lost resolves when the upload mine is gone, or its owner calls mine.wake. A short
// loss is left to ICE.
export function lost(mine) {
  return new Promise((done) => {
    mine.wake = done;
    let timer;
    mine.pc.onconnectionstatechange = () => {
      clearTimeout(timer);
      if (['failed', 'closed'].includes(mine.pc.connectionState)) done();
      if (mine.pc.connectionState === 'disconnected') timer = setTimeout(done, 2000);
    };
    mine.pc.onconnectionstatechange();
  });
}
