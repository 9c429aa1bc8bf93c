// Watches a <video> with the readable picture and tone. It answers looks (the
// strip as decoded), sounds and clicks. See "the readable picture": 60 columns
// in the top 1/30: 40 bits of Unix milliseconds, 8 bits of check sum, 12
// alternating; the tone is 500 + 100 × (Unix second mod 16) Hz with a 20 ms
// click of 4 kHz at each full second.
async (selector, forMs, perSecond) => {
  const video = document.querySelector(selector);
  if (!video) throw new Error("there is no " + selector);
  const wall = () => performance.timeOrigin + performance.now();

  // Only the strip is copied out of the decoded picture: to draw all of it, or
  // to turn it into colours, would cost more than to decode it.
  const look = async (at) => {
    const w = video.videoWidth, h = video.videoHeight;
    const seen = { at, stamp: 0, valid: false, width: w, height: h };
    if (w < 60 || h < 30 || video.readyState < video.HAVE_CURRENT_DATA) return seen;
    const frame = new VideoFrame(video);
    const rect = { x: 0, y: 2 * Math.floor(h / 120), width: w, height: 2 };
    const px = new Uint8Array(frame.allocationSize({ rect }));
    // The brightness is a plane of its own, or the green of four bytes.
    const bytes = /^(I4|NV)/.test(frame.format) ? 1 : 4;
    await frame.copyTo(px, { rect });
    frame.close();
    const cells = [];
    for (let c = 0; c < 60; c++) cells.push(px[bytes * Math.floor((2 * c + 1) * w / 120) + (bytes > 1 ? 1 : 0)]);
    const whites = cells.slice(48).filter((_, i) => i % 2 === 0), blacks = cells.slice(48).filter((_, i) => i % 2 === 1);
    const darkest = Math.min(...whites), lightest = Math.max(...blacks);
    if (darkest <= lightest + 16) return seen;
    const bits = cells.map((v) => (v > (darkest + lightest) / 2 ? 1 : 0));
    const number = (from, to) => bits.slice(from, to).reduce((n, b) => n * 2 + b, 0);
    let sum = 0;
    for (let b = 0; b < 40; b += 8) sum += number(b, b + 8);
    seen.valid = number(40, 48) === sum % 256;
    // The strip has the low 40 bits; the high ones are those of now.
    const range = 2 ** 40;
    seen.stamp = number(0, 40) + Math.round((seen.at - number(0, 40)) / range) * range;
    return seen;
  };

  // The next picture as it is shown, and that moment; none within a second.
  const next = () => new Promise((done) => {
    const asked = video.requestVideoFrameCallback((_, told) => {
      clearTimeout(limit);
      done(look(performance.timeOrigin + told.presentationTime));
    });
    const limit = setTimeout(() => {
      video.cancelVideoFrameCallback(asked);
      done({ valid: false });
    }, 1000);
  });

  // The sound as it arrives, beside the element, so that a muted one is heard too.
  const stream = video.srcObject;
  let ear = null, audio = null;
  if (stream && stream.getAudioTracks().length > 0) {
    audio = new AudioContext({ sampleRate: 48000 });
    await audio.resume();
    ear = audio.createAnalyser();
    ear.fftSize = 32768;
    ear.smoothingTimeConstant = 0;
    audio.createMediaStreamSource(stream).connect(ear);
  }
  const samples = new Float32Array(32768);

  // power of one frequency in a piece of the samples, after Goertzel.
  const power = (from, n, hz) => {
    const twice = 2 * Math.cos(2 * Math.PI * hz / 48000);
    let last = 0, before = 0;
    for (let i = from; i < from + n; i++) {
      const now = samples[i] + twice * last - before;
      before = last;
      last = now;
    }
    return 2 * (last * last + before * before - twice * last * before) / n / n;
  };
  const energy = (from, n) => {
    let sum = 0;
    for (let i = from; i < from + n; i++) sum += samples[i] * samples[i];
    return sum / n;
  };
  const listen = () => {
    const n = 2400, from = samples.length - n;
    const e = energy(from, n);
    const heard = { at: wall(), hz: 0, level_db: e > 0 ? 10 * Math.log10(e) : -120 };
    let best = 0;
    for (let hz = 100; e > 1e-8 && hz <= 4000; hz += 20) {
      const p = power(from, n, hz);
      if (p > best) { best = p; heard.hz = hz; }
    }
    return heard;
  };
  // The last click in the samples, to a quarter of a millisecond, or -1. Its
  // 20 ms may be smeared by the codec: the middle of what is loud at 4 kHz
  // is that of the click.
  const clickBegan = () => {
    const block = 96; // 2 ms
    let loudest = 0;
    const at4k = [];
    for (let i = 0; i + block <= samples.length; i += block) {
      at4k.push(power(i, block, 4000));
      loudest = Math.max(loudest, at4k[at4k.length - 1]);
    }
    if (loudest < 0.01) return -1;
    let weight = 0, sum = 0;
    const peak = at4k.indexOf(loudest);
    if (peak < 15 || peak > at4k.length - 15) return -1; // cut off by an end
    for (let i = peak - 15; i < peak + 15; i++) {
      weight += at4k[i];
      sum += at4k[i] * (i + 0.5);
    }
    return sum / weight * block - 480;
  };

  const seen = { looks: [], sounds: [], clicks: [], decoded: 0, seconds: 0 };
  const quality = () => video.getVideoPlaybackQuality().totalVideoFrames;
  const began = performance.now(), before = quality();
  let lastClick = 0, lastListen = 0, lastLook = 0;
  for (let n = 0; performance.now() - began < forMs; n++) {
    // A late look is not followed by an early one, which would find the same
    // picture although none was missed.
    const due = Math.max(began + n * 1000 / perSecond, lastLook + 900 / perSecond);
    const wait = due - performance.now();
    if (wait > 0) await new Promise((done) => setTimeout(done, wait));
    lastLook = performance.now();
    const picture = await look(wall());
    seen.looks.push(picture);
    if (!ear || performance.now() - lastListen < 190) continue;
    lastListen = performance.now();
    ear.getFloatTimeDomainData(samples);
    const end = wall();
    seen.sounds.push(listen());
    const from = clickBegan();
    if (from < 0 || !picture.valid) continue;
    const heard = end - (samples.length - from) / 48;
    if (heard - lastClick < 500) continue;
    lastClick = heard;
    // The picture's delay tells which second the click must mean. It is that of
    // the next picture when it is shown: at a look one is older by up to a frame.
    const shown = await next();
    if (!shown.valid) continue;
    const delay = shown.at - shown.stamp;
    const second = Math.round((heard - delay) / 1000);
    seen.clicks.push({ heard, second, skew_ms: heard - second * 1000 - delay });
  }
  seen.seconds = (performance.now() - began) / 1000;
  seen.decoded = quality() - before;
  if (audio) await audio.close();
  return seen;
}
