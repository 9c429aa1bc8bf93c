// Who is online, looked at again every 10 s while the page is visible. The
// server draws; the script only puts the new cards in place of the old. A new
// still takes the place of the old one when it is there, so that nothing
// flickers; where somebody asked for calm or saves data the stills stay.
import { pause } from './api.js';

const EVERY = 10000;

const calm = () => navigator.connection?.saveData || matchMedia('(prefers-reduced-motion: reduce), (prefers-reduced-data: reduce)').matches;

async function refresh() {
  const answer = await fetch(location.href, { headers: { Accept: 'text/html' }, signal: AbortSignal.timeout(8000) });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const rooms = document.querySelector('[data-rooms]');
  const had = new Map([...rooms.children].map((li) => [li.dataset.key, li]));
  const focused = document.activeElement?.closest('[data-rooms] > li')?.dataset.key;
  const next = [...fresh.querySelectorAll('[data-rooms] > li')].map((li) => renew(had.get(li.dataset.key), li));
  if (next.length !== rooms.children.length || next.some((li, i) => li !== rooms.children[i])) {
    rooms.replaceChildren(...next);
    if (focused) rooms.querySelector(`[data-key="${CSS.escape(focused)}"] a`)?.focus();
  }
  document.querySelector('[data-rooms-empty]').hidden = next.length > 0;
  const count = document.querySelector('[data-rooms-count]');
  const words = fresh.querySelector('[data-rooms-count]').textContent;
  if (count.textContent !== words) count.textContent = words;
}

// renew is a room's card as the server draws it now, with the still that is on
// screen until the newer one has come.
function renew(old, li) {
  const still = old?.querySelector('.still img'), newer = li.querySelector('.still img');
  if (!still || !newer) return old?.innerHTML === li.innerHTML ? old : document.importNode(li, true);
  const address = newer.getAttribute('src');
  newer.setAttribute('src', still.getAttribute('src'));
  if (address !== still.getAttribute('src') && !calm()) turn(still, address);
  if (old.innerHTML === li.innerHTML) return old;
  const card = document.importNode(li, true);
  card.querySelector('.still img').replaceWith(still);
  return card;
}

async function turn(still, address) {
  const { top, bottom } = still.getBoundingClientRect();
  if (bottom < 0 || top > innerHeight) return; // in sight the next look brings it
  const next = still.cloneNode();
  next.loading = 'eager';
  next.src = address;
  await next.decode().then(() => {
    next.setAttribute('loading', still.getAttribute('loading')); // or the card would be another one at the next look
    still.replaceWith(next);
  }, () => {}); // without it the old one stays
}

for (;;) {
  await pause(EVERY);
  if (!document.hidden) await refresh().catch(() => {}); // no connection: the next look may have one
}
