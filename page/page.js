// Wires the page: one state (an original, its options, or a URL as typed), and what follows from it.
import { ask } from './ask.js';
import { showCode, showFormats, snippets } from './code.js';
import { controls } from './controls.js';
import { dropping } from './drop.js';
import { by, copy, make, on, said } from './elements.js';
import { pointing } from './point.js';
import { contactSheet } from './sheet.js';
import { facts, sentence, showAnswer, showSilence } from './show.js';
import { encodePath, read, target } from './url.js';

const fetched = async (name) => (await fetch('/_mirage/page/' + name, { cache: 'no-cache' })).json();
const here = /^(localhost|127\.0\.0\.1|\[::1])$/.test(location.hostname);
const begin = 'w=640&h=360&fit=cover';

let table, stack, originals = [], showOptions, showPoint, showSheet;
let state = { original: '', options: {}, typed: '' };
let size = null, described = '', asking = null, waiting = 0, blobs = [];

const current = () => state.typed || target(state.original, state.options, table);
const bytesOf = (key) => (originals.find((each) => each.key === key) || {}).bytes;

const remember = (push) => {
  const hash = '#' + current().slice(1);
  if (hash !== location.hash) history[push ? 'pushState' : 'replaceState'](null, '', hash);
};

const set = (name, value) => {
  const options = { ...state.options };
  if (value) options[name] = value;
  else delete options[name];
  const row = table.options.find((each) => each.name === name);
  const rivals = table.options.filter((each) => (row.excludes || []).includes(each.name) || (each.excludes || []).includes(name));
  if (value && value !== row.default) for (const rival of rivals) delete options[rival.name];
  if (name === 'fp' && value) Object.assign(options, covering(options));
  state = { ...state, options, typed: '' };
  changed();
};

/** What a focal point needs to mean anything: a box that is covered. */
const covering = (options) => {
  if (options.ar && options.fit !== 'pad' && options.fit !== 'stretch') return {};
  const w = options.w || '640';
  return { w, h: options.h || (options.ar ? '' : w), fit: 'cover' };
};

const changed = () => {
  showState();
  clearTimeout(waiting);
  waiting = setTimeout(refresh, 220);
};

const showState = () => {
  showOptions(state.options);
  showPoint(state.options, size);
  if (document.activeElement !== by('url')) by('url').value = current();
  remember(false);
  for (const link of by('originals').querySelectorAll('a'))
    link.toggleAttribute('aria-current', link.dataset.key === state.original);
  showCode(by('panel-code'), snippets(state.original, state.options, table, size));
};

const choose = (original, options = state.options) => {
  const { rect, v, ...others } = options;
  state = { original, options: original === state.original ? options : others, typed: '' };
  remember(true);
  changed();
};

const describe = async () => {
  const key = state.original;
  if (described === key) return;
  described = key;
  size = null;
  const picture = by('original');
  by('original-facts').textContent = bytesOf(key) ? said(bytesOf(key)) : '';
  picture.alt = 'The original ' + key;
  picture.src = '/' + encodePath(key) + '?w=960';
  const answer = await ask('/' + encodePath(key) + '?f=json', 'avif');
  if (answer.error || state.original !== key) return;
  const told = JSON.parse(await answer.blob.text());
  size = { width: told.width, height: told.height };
  by('original-facts').textContent = `${told.width} × ${told.height} · ${said(told.bytes)}`;
  by('list-v').replaceChildren(make('option', { value: told.v || '' }));
  showState();
};

const showPicture = async (answer) => {
  const picture = by('variant'), open = by('open');
  const shown = answer.blob && /^image\//.test(answer.type);
  for (const old of blobs) URL.revokeObjectURL(old);
  blobs = [];
  picture.hidden = !shown;
  open.hidden = Boolean(shown || answer.error);
  open.href = current();
  by('variant-facts').textContent = '';
  if (!shown) return;
  blobs = [URL.createObjectURL(answer.blob)];
  picture.src = blobs[0];
  picture.alt = 'The variant of ' + state.original;
  await picture.decode().catch(() => {});
  by('variant-facts').textContent = facts(answer, picture);
};

const refresh = async () => {
  clearTimeout(waiting);
  if (asking) asking.abort();
  asking = new AbortController();
  const { signal } = asking;
  by('pane').classList.add('waiting');
  describe().catch(() => {});
  try {
    const answer = await ask(current(), by('accept').value, signal);
    if (signal.aborted) return;
    showAnswer(answer, bytesOf(state.original));
    await showPicture(answer);
    by('said').textContent = sentence(answer, by('variant'));
    if (answer.later) waiting = setTimeout(refresh, answer.later * 1000);
    if (!by('panel-formats').hidden && !answer.error) await formats(signal);
  } catch (error) {
    if (signal.aborted) return;
    showSilence('Nothing answered: ' + error.message + '.');
  }
  by('pane').classList.remove('waiting');
};

const formats = (signal) => showFormats(by('panel-formats'), state.original, state.options, table, signal);

const typed = () => {
  const text = by('url').value.trim().replace(location.origin, '');
  const found = read(text, table);
  state = { ...found, typed: text.startsWith('/') ? text : '/' + text };
  changed();
};

const shelf = () => by('originals').replaceChildren(...originals.map(({ key }) => {
  const picture = make('img', { src: '/' + encodePath(key) + '?w=240&h=240&fit=cover', alt: '', loading: 'lazy', fetchpriority: 'low', width: '64', height: '64' });
  const name = make('span', { class: 'name' }, key.split('/').pop());
  const link = make('a', { href: '#' + target(key, {}, table).slice(1), 'data-key': key, title: key,
    onclick: (event) => { event.preventDefault(); choose(key); } }, picture, name);
  return make('li', {}, link);
}));

const makers = (found) => {
  by('makers').hidden = !found.length;
  by('makers').append(...found.map(([name, path]) => make('button', { title: path, onclick: () => choose(path) }, name)));
};

const show = (sheet) => {
  by('play').hidden = sheet;
  by('sheet').hidden = !sheet;
  by('see-play').setAttribute('aria-pressed', String(!sheet));
  by('see-sheet').setAttribute('aria-pressed', String(sheet));
  if (sheet) showSheet(decodeURIComponent(location.hash));
};

/** Takes the state from the address: an original and its options, or the contact sheet. */
const follow = () => {
  if (location.hash === '#stage' && state.original) return;
  const text = location.hash.slice(1).replace(/^stage$/, '');
  if (/^contact-sheet(;|$)/.test(text)) return show(true);
  show(false);
  const first = originals[0] ? originals[0].key : '';
  const found = read(text || encodePath(first) + '?' + begin, table);
  const same = text && target(found.original, found.options, table) !== '/' + text;
  state = { ...found, typed: same ? '/' + text : '' };
  changed();
  refresh();
};

const tabs = () => {
  const all = [...document.querySelectorAll('[role=tab]')];
  const select = (tab) => {
    for (const each of all) {
      const on = each === tab;
      each.setAttribute('aria-selected', String(on));
      each.tabIndex = on ? 0 : -1;
      by(each.getAttribute('aria-controls')).hidden = !on;
    }
    if (tab.id === 'tab-formats') formats(asking && asking.signal).catch(() => {});
    showState();
  };
  all.forEach((tab, number) => {
    tab.addEventListener('click', () => select(tab));
    tab.addEventListener('keydown', (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const next = all[(number + step + all.length) % all.length];
      next.focus();
      select(next);
    });
  });
};

const wire = () => {
  on('bar', 'submit', (event) => { event.preventDefault(); typed(); });
  on('url', 'change', typed);
  on('again', 'click', refresh);
  on('accept', 'change', refresh);
  on('copy', 'click', () => copy(by('copy'), location.origin + current()));
  on('controls', 'submit', (event) => event.preventDefault());
  on('controls', 'reset', (event) => { event.preventDefault(); state = { ...state, options: {}, typed: '' }; changed(); });
  on('see-play', 'click', () => { history.pushState(null, '', '#' + current().slice(1)); show(false); });
  on('see-sheet', 'click', () => { history.pushState(null, '', '#contact-sheet'); show(true); });
  addEventListener('popstate', follow);
  tabs();
};

const stored = (added) => {
  originals = [...added, ...originals.filter((old) => !added.some((each) => each.key === old.key))];
  described = '';
  shelf();
  choose(added[0].key);
};

const start = async () => {
  const asked = ['grammar.json', 'originals.json', 'stack.json', ...(here ? ['emulator.json'] : [])].map(fetched);
  const [grammar, list, told, emulator] = await Promise.all(asked);
  [table, stack, originals] = [grammar, told, list.originals];
  showOptions = controls(by('controls'), table, stack, set);
  showPoint = pointing(set);
  showSheet = contactSheet(() => originals.map((each) => each.key));
  wire();
  follow();
  shelf();
  makers(stack.generators);
  showState();
  dropping(emulator, stored, showSilence, refresh);
};

start().catch((error) => showSilence('The page could not start: ' + error.message + '.'));
