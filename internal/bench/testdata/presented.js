// Reads the strip of every picture that a <video> presents, and answers how
// long after its capture each was decoded and handed on for presentation.
async (selector, forMs) => {
  const video = document.querySelector(selector);
  const row = document.createElement("canvas");
  const pen = row.getContext("2d", { willReadFrequently: true });

  // The strip: 60 columns in the top 1/30; 40 bits of Unix milliseconds, 8 of
  // check sum, 12 alternating. 0 when it does not hold.
  const stamp = (now) => {
    const w = video.videoWidth, h = video.videoHeight;
    if (row.width !== w) { row.width = w; row.height = 1; }
    pen.drawImage(video, 0, Math.floor(h / 60), w, 1, 0, 0, w, 1);
    const px = pen.getImageData(0, 0, w, 1).data;
    const bits = [];
    for (let c = 0; c < 60; c++) bits.push(px[4 * Math.floor((2 * c + 1) * w / 120) + 1] > 127 ? 1 : 0);
    const number = (from, to) => bits.slice(from, to).reduce((n, b) => n * 2 + b, 0);
    let sum = 0;
    for (let b = 0; b < 40; b += 8) sum += number(b, b + 8);
    if (number(40, 48) !== sum % 256 || !bits.slice(48).every((b, i) => b === (i + 1) % 2)) return 0;
    const range = 2 ** 40;
    return number(0, 40) + Math.round((now - number(0, 40)) / range) * range;
  };

  const seen = { delays: [], wrong: 0, seconds: 0, width: 0 };
  const began = performance.now();
  await new Promise((done) => {
    const next = (_, picture) => {
      // presentationTime is when the decoded picture was submitted for composition.
      const at = performance.timeOrigin + picture.presentationTime;
      const captured = stamp(at);
      if (captured > 0) seen.delays.push(at - captured);
      else seen.wrong++;
      if (performance.now() - began < forMs) video.requestVideoFrameCallback(next);
      else done();
    };
    video.requestVideoFrameCallback(next);
  });
  seen.seconds = (performance.now() - began) / 1000;
  seen.width = video.videoWidth;
  return seen;
}
