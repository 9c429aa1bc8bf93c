// On every page: times in the visitor's own zone, codes that can be copied, and
// a member's balance, which follows the account's stream.
import { follow } from './feed.js';
import { clock, lang, say } from './words.js';

for (const t of document.querySelectorAll('time[datetime]')) {
  const at = new Date(t.dateTime);
  t.textContent = t.classList.contains('clock')
    ? clock(at)
    : at.toLocaleString(lang, { dateStyle: 'medium', timeStyle: 'short' });
}

for (const code of document.querySelectorAll('code[data-copy]')) {
  const button = code.parentElement.querySelector('[data-copier]');
  button.hidden = !navigator.clipboard;
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(code.textContent);
    button.textContent = say('site.copied');
  });
}

// credits writes millicredits as credits, rounded down like everywhere else.
export function credits(millicredits) {
  return `${Math.floor(millicredits / 1000)}.${String(Math.floor((millicredits % 1000) / 10)).padStart(2, '0')}`;
}

export function showBalance(millicredits) {
  for (const el of document.querySelectorAll('[data-balance]')) el.textContent = credits(millicredits);
}

if (document.body.dataset.role === 'member') {
  follow('', null, { event: (e) => e.kind === 'balance' && showBalance(e.data.millicredits) });
}
