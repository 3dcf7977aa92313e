// What to paste elsewhere, and the same picture in each format.
import { ask, round } from './ask.js';
import { copy, make, said } from './elements.js';
import { completed, target } from './url.js';

const steps = [320, 480, 640, 960, 1280, 1600, 1920, 2560];
const types = [['avif', 'image/avif'], ['webp', 'image/webp']];

/** The same options at other widths, in the ratio of the box. */
const sized = (options, width) => {
  const height = options.w && options.h && String(Math.max(1, Math.round(options.h * width / options.w)));
  const { dpr, ...others } = options;
  return { ...others, w: String(width), ...(height ? { h: height } : options.ar ? {} : { h: '' }) };
};

const widths = (options, size) => {
  const wanted = Number(options.w) || (size && size.width) || 1280;
  const most = size ? Math.min(size.width, wanted * 2) : wanted * 2;
  const found = steps.filter((step) => step >= wanted / 3 && step <= most);
  return found.length ? found : [wanted];
};

const shape = (options) => {
  const full = completed(options);
  return Number(full.w) && Number(full.h) && full.fit !== undefined && full.fit !== 'contain'
    ? ` width="${full.w}" height="${full.h}"` : '';
};

/** The snippets for an original and its options: name and text. */
export const snippets = (original, options, table, size) => {
  const link = (each) => location.origin + target(original, each, table);
  const set = (each) => widths(each, size).map((width) => `    ${link(sized(each, width))} ${width}w`).join(',\n');
  const full = Number(options.w) || 640;
  const sizes = `(max-width: ${full}px) 100vw, ${full}px`;
  const img = `<img src="${link(options)}"\n  srcset="\n${set(options)}"\n  sizes="${sizes}"${shape(options)} alt="" loading="lazy">`;
  const source = ([f, type]) => `  <source type="${type}" srcset="\n${set({ ...options, f })}"\n    sizes="${sizes}">`;
  const fallback = `  <img src="${link({ ...options, f: 'jpg' })}"${shape(options)} alt="" loading="lazy">`;
  return [
    ['HTML, the format by Accept', img.replaceAll('&', '&amp;')],
    ['HTML, a <picture> of fixed formats', ['<picture>', ...types.map(source), fallback, '</picture>'].join('\n').replaceAll('&', '&amp;')],
    ['On the command line', `curl -sD - -o picture -H 'Accept: image/avif,image/webp' '${link(options).replaceAll("'", '%27')}'`],
  ];
};

/** Fills a panel with the snippets, each with its button. */
export const showCode = (panel, found) => panel.replaceChildren(...found.map(([name, text]) => {
  const button = make('button', { type: 'button', 'aria-label': 'Copy: ' + name, onclick: () => copy(button, text) }, 'Copy');
  return make('div', { class: 'snippet' }, make('div', { class: 'head' }, make('h3', {}, name), button), make('pre', { tabindex: '0' }, make('code', {}, text)));
}));

const card = (format, answer) => {
  const address = answer.blob && !answer.error ? URL.createObjectURL(answer.blob) : '';
  const picture = make('img', { src: address, alt: 'As ' + format, onload: () => URL.revokeObjectURL(address) });
  const bar = make('span', { class: 'weight' });
  const words = answer.error ? answer.error.message : `${said(answer.bytes)} in ${round(answer.ms)}`;
  const element = make('figure', { class: 'card' }, make('div', { class: 'frame' }, ...(address ? [picture] : [])),
    make('figcaption', {}, make('b', {}, format), words, bar));
  return { element, bar, bytes: answer.bytes };
};

/** Asks for the picture in each format and lays the answers side by side; the bars compare their bytes. */
export const showFormats = async (panel, original, options, table, signal) => {
  panel.replaceChildren('Asking for each format …');
  const formats = table.options.find((row) => row.name === 'f').values.filter((value) => value !== 'auto' && value !== 'json');
  const answers = await Promise.all(formats.map((f) => ask(target(original, { ...options, f }, table), 'avif', signal)));
  const cards = answers.map((answer, number) => card(formats[number], answer));
  const most = Math.max(...cards.map((each) => each.bytes), 1);
  for (const each of cards) each.bar.style.width = each.bytes / most * 100 + '%';
  panel.replaceChildren(make('div', { class: 'cards' }, ...cards.map((each) => each.element)));
};
