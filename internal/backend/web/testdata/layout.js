// What is wrong with the page as it stands, as a list of sentences; none when
// all is well. least is the smallest side of what is pressed, in pixels; still
// tells whether things that moved while the page loaded count; zoomed that the text
// is larger than the page was made for.
async (least, still, zoomed) => {
  const wrong = new Set();
  const top = (e) => e.closest(':popover-open, dialog[open]'); // what lies over the page, and is cut by nothing
  const name = (e) => `<${e.tagName.toLowerCase()} class="${e.getAttribute('class') || ''}"> ${(e.innerText || e.value || e.ariaLabel || '').trim().slice(0, 40)}`;
  const style = new Map();
  const look = (e) => style.get(e) || (style.set(e, getComputedStyle(e)), style.get(e));
  const unseen = (e) => { // for screen readers only
    for (let a = e; a && a !== document.body; a = a.parentElement) if (look(a).clipPath !== 'none' || a.matches('.skip')) return true;
    return !e.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  };
  const box = (e) => e.getBoundingClientRect();

  if (document.documentElement.scrollWidth > innerWidth) {
    const wide = [...document.body.querySelectorAll('*')].filter((e) => box(e).right > innerWidth + 1 && !e.closest('.scroll, .categories'));
    wrong.add('wider than the window: ' + wide.slice(-3).map(name).join(' | '));
  }

  // clip cuts a box down to what the boxes around it let through; it notes text
  // that nobody can scroll to.
  const clip = (r, e, words) => {
    const seen = { left: r.left, top: r.top, right: r.right, bottom: r.bottom };
    let scrolls = [false, false];
    for (let a = e, end = (top(e) || document.body).parentElement; a && a !== end; a = a.parentElement) {
      const s = look(a);
      if (a === document.body) break;
      if (s.overflowX === 'visible' && s.overflowY === 'visible') continue;
      const b = box(a);
      if (/auto|scroll/.test(s.overflowX) && a.scrollWidth > a.clientWidth) scrolls[0] = true;
      if (/auto|scroll/.test(s.overflowY) && a.scrollHeight > a.clientHeight) scrolls[1] = true;
      if (words && !scrolls[0] && (r.right > b.right + 1 || r.left < b.left - 1)) wrong.add('cut at a side: ' + words);
      if (words && !scrolls[1] && (r.bottom > b.bottom + 1 || r.top < b.top - 1)) wrong.add('cut above or below: ' + words);
      seen.left = Math.max(seen.left, b.left); seen.right = Math.min(seen.right, b.right);
      seen.top = Math.max(seen.top, b.top); seen.bottom = Math.min(seen.bottom, b.bottom);
    }
    return seen.right - seen.left > 1 && seen.bottom - seen.top > 1 ? seen : null;
  };

  const texts = [];
  const nodes = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let n = nodes.nextNode(); n; n = nodes.nextNode()) {
    const e = n.parentElement, words = n.data.trim();
    if (!words || e.closest('script, noscript, template, option, select') || unseen(e)) continue;
    if (parseFloat(look(e).fontSize) < 11.5) wrong.add('too small to read: ' + words);
    if (look(e).textOverflow === 'ellipsis' && e.scrollWidth > e.clientWidth) wrong.add('shortened: ' + words);
    const range = document.createRange();
    range.selectNodeContents(n);
    for (const r of range.getClientRects()) {
      if (r.width < 1 || !r.height) continue;
      const seen = clip(r, e, words.slice(0, 60));
      const slack = r.height / 4; // a line's box is higher than its letters
      if (seen) texts.push({ e, words: words.slice(0, 30), over: top(e), left: seen.left, right: seen.right, top: seen.top + slack, bottom: seen.bottom - slack });
    }
  }
  const meet = (a, b, by) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > by && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > by;
  texts.forEach((a, i) => texts.slice(i + 1).forEach((b) => {
    if (a.e !== b.e && a.over === b.over && meet(a, b, 1)) wrong.add(`"${a.words}" lies on "${b.words}"`);
  }));

  const pressed = [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]')].filter((e) => !unseen(e));
  const boxes = pressed.filter((e) => look(e).display !== 'inline').map((e) => ({ e, over: top(e), ...clip(box(e), e) })).filter((b) => 'left' in b);
  boxes.forEach((a, i) => {
    for (const b of boxes.slice(i + 1)) {
      if (a.over === b.over && !a.e.contains(b.e) && !b.e.contains(a.e) && meet(a, b, 1)) wrong.add(`${name(a.e)} lies on ${name(b.e)}`);
    }
    for (const t of texts) {
      if (a.over === t.over && !a.e.contains(t.e) && !t.e.contains(a.e) && !a.e.labels?.length && look(t.e).pointerEvents !== 'none' && meet(a, t, 1)) wrong.add(`${name(a.e)} lies on "${t.words}"`);
    }
  });
  for (const e of pressed) {
    if (look(e).display === 'inline' || e.closest('.said')) continue; // in a sentence
    const { width, height } = box(e.matches('[type=checkbox]') ? e.closest('label') : e);
    if (width < least - 0.5 || height < least - 0.5) wrong.add(`too small to press, ${width.toFixed()} × ${height.toFixed()}: ${name(e)}`);
  }

  const pen = document.createElement('canvas').getContext('2d');
  for (const e of document.querySelectorAll('input[placeholder], select')) {
    if (unseen(e) || (zoomed && e.tagName === 'SELECT')) continue; // a list can be opened; browsers do not wrap it
    const s = look(e), few = [...(e.options ?? [])].slice(0, 6).map((o) => o.text);
    const words = e.placeholder ?? (e.options.length > 6 ? e.selectedOptions[0]?.text : few.sort((a, b) => b.length - a.length)[0]) ?? '';
    pen.font = `${s.fontWeight} ${s.fontSize} ${s.fontFamily}`;
    const room = e.clientWidth - parseFloat(s.paddingLeft) - parseFloat(s.paddingRight) - (e.tagName === 'SELECT' ? 16 : 0);
    if (pen.measureText(words).width > room + 1) wrong.add(`cut in its field: ${words}`);
  }

  for (const i of document.images) {
    if (!i.hasAttribute('alt')) wrong.add('a picture without alt: ' + i.src);
    if (i.complete && i.getAttribute('src') && !i.naturalWidth) wrong.add('a broken picture: ' + i.src);
  }

  const had = document.activeElement;
  for (const e of pressed) {
    if (e.disabled || e.tabIndex < 0 || (top(e) !== top(had) && top(had))) continue;
    e.focus({ focusVisible: true, preventScroll: true });
    if (document.activeElement !== e) continue;
    const s = getComputedStyle(e), reach = parseFloat(s.outlineWidth) + parseFloat(s.outlineOffset);
    if (s.outlineStyle === 'none' || parseFloat(s.outlineWidth) < 2) wrong.add('the focus cannot be seen: ' + name(e));
    const r = box(e);
    for (let a = e.parentElement, end = (top(e) || document.body).parentElement; a && a !== end && a !== document.body; a = a.parentElement) {
      const b = box(a), t = look(a);
      const cuts = (flow, from, to) => flow === 'hidden' ? from < -1 || to < -1 : false;
      if (cuts(t.overflowX, r.left - reach - b.left, b.right - r.right - reach) || cuts(t.overflowY, r.top - reach - b.top, b.bottom - r.bottom - reach)) wrong.add('the focus is cut: ' + name(e));
    }
  }
  had?.focus({ preventScroll: true });

  if (still) {
    // On a slow machine the page is seen before the script writes times anew.
    for (const t of document.querySelectorAll('time[datetime]:not(.clock)')) {
      const words = t.textContent, high = box(t.parentElement).height;
      t.textContent = `${t.getAttribute('datetime').slice(0, 16).replace('T', ' ')} UTC`;
      const before = box(t.parentElement).height;
      t.textContent = words;
      if (Math.abs(high - before) > 1) wrong.add(`makes way when the script writes it, ${before} → ${high}: ${name(t)}`);
    }
    const moved = await new Promise((done) => {
      let sum = 0, most = '';
      new PerformanceObserver((l) => l.getEntries().forEach((s) => {
        if (s.hadRecentInput) return;
        sum += s.value;
        most = s.sources?.map((x) => x.node && x.node.nodeType === 1 ? name(x.node) : '').join(' | ');
      })).observe({ type: 'layout-shift', buffered: true });
      setTimeout(() => done({ sum, most }), 60);
    });
    if (moved.sum > 0.01) wrong.add(`things move by themselves: ${moved.sum.toFixed(3)} ${moved.most}`);
  }
  return [...wrong];
}
