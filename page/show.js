// What an answer looks like on the page: the way, the facts, the bars, the error.
import { round, short, way } from './ask.js';
import { by, make, said } from './elements.js';

const showWay = (stations) => [...by('way').children].forEach((item, number) => {
  const { state, text } = stations[number], words = item.querySelector('span');
  item.dataset.role = item.dataset.role || words.textContent;
  item.className = state;
  words.textContent = text || item.dataset.role;
});

const showBars = (answer) => {
  const inside = answer.timings.reduce((sum, each) => sum + each.ms, 0);
  const parts = [...answer.timings, { name: inside ? 'the rest' : 'the whole way', ms: Math.max(0, answer.ms - inside) }];
  const total = parts.reduce((sum, each) => sum + each.ms, 0) || 1;
  const tone = (number) => number === parts.length - 1 ? 'rest' : 'tone-' + number % 6;
  by('bars').replaceChildren(...parts.map((part, number) => {
    const bar = make('i', { class: tone(number) });
    bar.style.flexGrow = part.ms / total;
    return bar;
  }));
  by('legend').replaceChildren(...parts.map((part, number) =>
    make('li', { class: tone(number) }, part.name + ' ', make('b', {}, round(part.ms)))));
};

const showHeaders = (answer) => {
  const row = ([name, value]) => make('tr', {}, make('th', { scope: 'row' }, name), make('td', {}, value));
  const status = answer.status + (answer.redirected ? ', after a redirect: too large for one answer of the edge' : '');
  by('panel-headers').replaceChildren(make('table', { class: 'headers' }, make('tbody', {}, ...[['status', status], ...answer.headers].map(row))));
};

const showError = (error) => {
  by('error').hidden = !error;
  by('error').querySelector('b').textContent = error ? error.code : '';
  by('error').querySelector('p').textContent = error ? error.message : '';
};

const format = (type) => ({ jpeg: 'JPEG', 'svg+xml': 'SVG' }[type.split('/')[1]] || (type.split('/')[1] || '').toUpperCase());

/** Shows an answer's facts; `original` is the original's size in bytes, where that is known. */
export const showAnswer = (answer, original) => {
  showError(answer.error);
  showWay(way(answer));
  showBars(answer);
  showHeaders(answer);
  const less = original && answer.bytes ? 1 - answer.bytes / original : null;
  by('bytes').textContent = answer.bytes ? said(answer.bytes) : '–';
  by('saved').textContent = less === null ? '–' : less >= 0 ? Math.round(less * 1000) / 10 + ' %' : 'none';
  by('mirage').textContent = answer.mirage || '–';
  by('cache').textContent = short(answer.cache) || '–';
  by('time').textContent = round(answer.ms);
};

/** What the answer is in one sentence, for those who listen. */
export const sentence = (answer, picture) => answer.error
  ? `${answer.error.code}: ${answer.error.message}`
  : `${format(answer.type)}, ${picture.naturalWidth} by ${picture.naturalHeight} pixels, ${said(answer.bytes)}, ` +
    `${short(answer.cache) || 'answered'} in ${round(answer.ms)}${answer.mirage ? ', ' + answer.mirage : ''}.`;

/** The variant's dimensions and format. */
export const facts = (answer, picture) => `${picture.naturalWidth} × ${picture.naturalHeight} · ${format(answer.type)}`;

/** The page when no answer came at all. */
export const showSilence = (message) => {
  showError({ code: 'no answer', message });
  showWay(Array(5).fill({ state: 'off', text: '' }));
};
