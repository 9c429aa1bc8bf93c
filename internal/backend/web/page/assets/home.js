// Who is online, looked at again every 10 s while the page is visible. The
// server draws; the script only puts the new cards in place of the old.
import { pause } from './api.js';

const EVERY = 10000;

async function refresh() {
  const answer = await fetch(location.href, { headers: { Accept: 'text/html' }, signal: AbortSignal.timeout(8000) });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const rooms = document.querySelector('[data-rooms]');
  const had = new Map([...rooms.children].map((li) => [li.dataset.key, li]));
  const next = [...fresh.querySelectorAll('[data-rooms] > li')].map((li) => {
    const old = had.get(li.dataset.key);
    return old && old.innerHTML === li.innerHTML ? old : document.importNode(li, true);
  });
  const focused = document.activeElement?.closest('[data-rooms] > li')?.dataset.key;
  if (next.length !== rooms.children.length || next.some((li, i) => li !== rooms.children[i])) {
    rooms.replaceChildren(...next);
    if (focused) rooms.querySelector(`[data-key="${CSS.escape(focused)}"] a`)?.focus();
  }
  document.querySelector('[data-rooms-empty]').hidden = next.length > 0;
  const count = document.querySelector('[data-rooms-count]');
  const words = fresh.querySelector('[data-rooms-count]').textContent;
  if (count.textContent !== words) count.textContent = words;
}

for (;;) {
  await pause(EVERY);
  if (!document.hidden) await refresh().catch(() => {}); // no connection: the next look may have one
}
