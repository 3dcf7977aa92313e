// One control per row of the grammar's table, in the groups that it names.
import { make, by } from './elements.js';
import { idle, waitsFor } from './url.js';

const titles = {
  up: 'enlarge', ar: 'aspect ratio', fp: 'focal point', rect: 'cut out', flip: 'mirror', pad: 'border', sharp: 'sharpen',
  bri: 'brightness', con: 'contrast', sat: 'saturation', gray: 'grayscale', radius: 'corners', wm: 'watermark',
  anim: 'animation', meta: 'metadata', v: 'version', p: 'preset', dpr: 'pixel ratio',
};
const examples = {
  ratio: ['1:1', '4:3', '3:2', '16:9', '21:9'], point: ['0.5,0.5', '0.5,0.25'], rect: ['0,0,600,400'], colour: ['ffffff', 'f2735c'],
};

const title = (row) => titles[row.name] || (row.aliases || [])[0] || row.name;

// Along a slider pixels grow by the square: small sizes have room, too.
const squared = (row) => row.max > 1000;
const toSlider = (row, value) => squared(row)
  ? Math.round(Math.sqrt((value - row.min) / (row.max - row.min)) * 1000) : Number(value);
const fromSlider = (row, at) => squared(row)
  ? Math.round(row.min + (row.max - row.min) * (at / 1000) ** 2) : Number(at);

const told = (row) => ({ id: 'option-' + row.name, 'aria-describedby': 'about-' + row.name });

const integer = (row, change) => {
  const number = make('input', { ...told(row), type: 'number', min: row.min, max: row.max, inputmode: 'numeric',
    placeholder: row.default || 'off' });
  const slider = make('input', { type: 'range', min: squared(row) ? 0 : row.min, max: squared(row) ? 1000 : row.max,
    'aria-label': title(row), tabindex: '-1' });
  const word = (row.words || [])[0];
  const box = word && make('input', { type: 'checkbox', onchange: () => change(box.checked ? word : '') });
  number.addEventListener('input', () => change(number.value));
  slider.addEventListener('input', () => change(String(fromSlider(row, slider.value))));
  return {
    parts: [slider, number, ...(word ? [make('label', { class: 'word' }, box, word)] : [])],
    show: (value) => {
      const plain = value === word ? '' : value;
      if (number.value !== plain) number.value = plain;
      slider.value = toSlider(row, plain || row.default || (squared(row) ? row.min : 0));
      if (box) box.checked = value === word;
    },
  };
};

const choice = (row, change) => {
  const none = row.default === undefined ? [''] : [];
  const values = [...none, ...row.values];
  if (values.length > 7) return listed(row, values, change);
  const radios = values.map((value) => make('input', { ...told(row), id: false, type: 'radio', name: row.name, value,
    onchange: () => change(value) }));
  const labels = radios.map((radio) => make('label', {}, radio, make('span', {}, radio.value || 'none')));
  return {
    grouped: true, parts: [make('div', { class: 'segments' }, ...labels)],
    show: (value) => { for (const radio of radios) radio.checked = radio.value === (value || row.default || ''); },
  };
};

const listed = (row, values, change) => {
  const select = make('select', { ...told(row), onchange: () => change(select.value) },
    ...values.map((value) => make('option', { value }, value || 'none')));
  return { parts: [select], show: (value) => { select.value = value || row.default || ''; } };
};

const flag = (row, change) => {
  const box = make('input', { ...told(row), type: 'checkbox', class: 'switch', role: 'switch',
    onchange: () => change(box.checked ? '1' : '0') });
  return { parts: [box], show: (value) => { box.checked = (value || row.default) === '1'; } };
};

const text = (row, change) => {
  const list = 'list-' + row.name;
  const field = make('input', { ...told(row), list, spellcheck: 'false', autocomplete: 'off',
    placeholder: (examples[row.kind] || [])[0] || '' });
  field.addEventListener('change', () => change(field.value.trim()));
  const values = [...(row.words || []), ...(examples[row.kind] || [])];
  const swatch = row.kind === 'colour' && make('input', { type: 'color', 'aria-label': title(row) + ', picked',
    onchange: () => change(swatch.value.slice(1)) });
  return {
    parts: [...(swatch ? [swatch] : []), field, make('datalist', { id: list }, ...values.map((value) => make('option', { value })))],
    show: (value) => {
      field.value = value;
      const hex = /^[0-9a-f]{6}/i.exec(value || row.default || '');
      if (swatch && hex) swatch.value = '#' + hex[0].toLowerCase();
    },
  };
};

const control = (row, names, change) => {
  if (row.kind === 'integer') return integer(row, change);
  if (row.kind === 'choice') return choice(row, change);
  if (row.kind === 'flag') return flag(row, change);
  if (row.kind === 'name') return names.length ? listed(row, ['', ...names], change) : null;
  return text(row, change);
};

const line = (row, names, set) => {
  const made = control(row, names, (value) => set(row.name, value));
  if (!made) return null;
  const reset = make('button', { type: 'button', class: 'unset', 'aria-label': 'Reset ' + title(row),
    onclick: () => set(row.name, '') }, '×');
  const name = make('code', {}, row.name);
  const label = made.grouped ? make('legend', {}, title(row), name) : make('label', { for: 'option-' + row.name }, title(row), name);
  const about = make('p', { id: 'about-' + row.name, class: 'hidden' }, row.summary);
  const element = make(made.grouped ? 'fieldset' : 'div', { class: 'row' },
    label, make('div', { class: 'parts' }, ...made.parts), reset, about);
  const tell = () => { by('help').textContent = row.summary + (element.dataset.idle ? ' Idle now: waits for ' + waitsFor(row) + '.' : ''); };
  element.addEventListener('focusin', tell);
  element.addEventListener('pointerenter', tell);
  return { row, element, reset, show: made.show };
};

/** Fills the form with the table's controls; returns what shows a set of options in them. */
export const controls = (form, table, stack, set) => {
  const names = { p: stack.presets || [], wm: stack.watermarks || [] };
  const lines = table.options.map((row) => line(row, names[row.name] || [], set)).filter(Boolean);
  for (const group of new Set(lines.map((each) => each.row.group))) {
    const inside = lines.filter((each) => each.row.group === group);
    const heading = group[0].toUpperCase() + group.slice(1);
    const open = ['size', 'crop'].includes(group) && matchMedia('(min-width: 60rem)').matches || group === 'size';
    const count = make('span', { class: 'count' });
    form.append(make('details', { open }, make('summary', {}, heading, count), ...inside.map((each) => each.element)));
    for (const each of inside) each.count = count;
  }
  form.append(make('p', { id: 'help', 'aria-hidden': 'true' }, 'Point at an option to read what it does.'));
  return (options) => {
    const counts = new Map();
    for (const { row, element, reset, show, count } of lines) {
      const value = options[row.name] || '';
      const isSet = Boolean(value) && value !== row.default;
      show(value);
      reset.hidden = !isSet;
      element.toggleAttribute('data-idle', idle(row, { ...options, [row.name]: value || row.default }));
      counts.set(count, (counts.get(count) || 0) + isSet);
    }
    for (const [count, number] of counts) count.textContent = number || '';
  };
};
