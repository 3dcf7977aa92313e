// The contact sheet: all originals by a set of options.
import { ask } from './ask.js';
import { by, make, on } from './elements.js';
import { encodePath } from './url.js';

const first = ['w=320', 'w=240&h=240&fit=cover', 'w=240&h=240&fit=cover&g=smart', 'w=240&h=160&fit=pad&bg=auto',
  'w=240&h=240&fit=cover&radius=max', 'w=240&gray=1', 'w=240&f=jpg&q=40'].join('\n');

const cell = (key, query) => {
  const target = '/' + encodePath(key) + (query && '?' + query);
  const picture = make('img', { src: target, alt: key + ' with ' + (query || 'no options'), loading: 'lazy' });
  const link = make('a', { href: '#' + target.slice(1) }, picture);
  picture.addEventListener('error', async () => {
    const answer = await ask(target, 'avif');
    link.replaceChildren(make('span', { class: 'sentence' }, answer.error ? answer.error.message : 'This browser cannot show it.'));
  });
  return make('td', {}, link);
};

const table = (keys, rows) => make('table', {},
  make('thead', {}, make('tr', {}, make('th', { scope: 'col' }, 'Original'), ...rows.map((row) => make('th', { scope: 'col' }, make('code', {}, row || 'no options'))))),
  make('tbody', {}, ...keys.map((key) => make('tr', {}, make('th', { scope: 'row' }, key), ...rows.map((row) => cell(key, row))))));

/** Readies the form; returns what draws the sheet that an address names. */
export const contactSheet = (keys) => {
  const rows = by('rows');
  const show = () => {
    const sets = rows.value.split('\n').map((row) => row.trim().replace(/^\?/, '')).filter(Boolean);
    history.replaceState(null, '', '#' + ['contact-sheet', ...sets].join(';'));
    by('table').replaceChildren(table(keys(), sets));
  };
  on('sheet-form', 'submit', (event) => { event.preventDefault(); show(); });
  return (hash) => {
    rows.value = hash.split(';').slice(1).join('\n') || rows.value || first;
    show();
  };
};
