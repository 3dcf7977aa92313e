// The focal point and the rectangle, set by pointing at the original; the part that a crop keeps is drawn over it.
import { by, on } from './elements.js';
import { completed } from './url.js';

const clamp = (value, low, high) => Math.min(high, Math.max(low, value));
const place = (element, x, y, w, h) => {
  Object.assign(element.style, { left: x * 100 + '%', top: y * 100 + '%' });
  if (w !== undefined) Object.assign(element.style, { width: w * 100 + '%', height: h * 100 + '%' });
};
const anchors = { n: [0.5, 0], ne: [1, 0], e: [1, 0.5], se: [1, 1], s: [0.5, 1], sw: [0, 1], w: [0, 0.5], nw: [0, 0], centre: [0.5, 0.5] };

/** The focal point as two numbers; the middle where there is none. */
const focus = (options) => {
  const found = /^([\d.]+),([\d.]+)$/.exec(options.fp || '');
  return found ? [clamp(Number(found[1]), 0, 1), clamp(Number(found[2]), 0, 1)] : [0.5, 0.5];
};

const cutOf = (options) => {
  const found = /^(\d+),(\d+),(\d+),(\d+)$/.exec(options.rect || '');
  return found && found.slice(1).map(Number);
};

/** What `fit=cover` keeps, as parts of the picture; null where that is not known here. */
export const kept = (options, width, height) => {
  const full = completed(options);
  if (options.trim || options.rot || options.g === 'smart' || full.fit !== 'cover') return null;
  const [x0, y0, w0, h0] = cutOf(options) || [0, 0, width, height];
  const [across, down] = (options.ar || options.w + ':' + options.h).split(':').map(Number);
  if (!(across > 0) || !(down > 0)) return null;
  const w = Math.min(w0, h0 * across / down), h = Math.min(h0, w0 * down / across);
  let [x, y] = options.fp ? focus(options) : [0.5, 0.5];
  x = clamp(x * w0 - w / 2, 0, w0 - w);
  y = clamp(y * h0 - h / 2, 0, h0 - h);
  if (options.g) [x, y] = [anchors[options.g][0] * (w0 - w), anchors[options.g][1] * (h0 - h)];
  return [(x0 + x) / width, (y0 + y) / height, w / width, h / height];
};

/** Listens to pointer and arrow keys; `set` takes an option and its value. Returns what draws the state. */
export const pointing = (set) => {
  const sheet = by('original').parentElement, focal = by('focal'), cut = by('cut'), window_ = by('kept');
  let size = null, options = {}, from = null;
  const mode = () => document.querySelector('input[name=mode]:checked').value;
  const at = (event) => {
    const box = sheet.getBoundingClientRect();
    return [clamp((event.clientX - box.left) / box.width, 0, 1), clamp((event.clientY - box.top) / box.height, 0, 1)];
  };
  const point = (x, y) => {
    const cover = cutOf(options) || [0, 0, size.width, size.height];
    const inside = [(x * size.width - cover[0]) / cover[2], (y * size.height - cover[1]) / cover[3]];
    set('fp', inside.map((part) => Number(clamp(part, 0, 1).toFixed(2))).join(','));
  };
  const drag = ([x, y]) => {
    const corner = [Math.min(x, from[0]) * size.width, Math.min(y, from[1]) * size.height];
    const extent = [Math.abs(x - from[0]) * size.width, Math.abs(y - from[1]) * size.height];
    if (extent[0] >= 8 && extent[1] >= 8) set('rect', [...corner, ...extent].map(Math.round).join(','));
  };
  sheet.addEventListener('pointerdown', (event) => {
    if (!size || event.button) return;
    event.preventDefault();
    sheet.setPointerCapture(event.pointerId);
    from = at(event);
    if (mode() === 'fp') point(...from);
  });
  sheet.addEventListener('pointermove', (event) => {
    if (!from) return;
    if (mode() === 'fp') point(...at(event));
    else drag(at(event));
  });
  for (const end of ['pointerup', 'pointercancel']) sheet.addEventListener(end, () => { from = null; });
  focal.addEventListener('keydown', (event) => {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!step) return;
    event.preventDefault();
    const by_ = event.shiftKey ? 0.1 : 0.02, [x, y] = focus(options);
    set('fp', [x + step[0] * by_, y + step[1] * by_].map((part) => Number(clamp(part, 0, 1).toFixed(2))).join(','));
  });
  on('unpoint', 'click', () => { set('fp', ''); set('rect', ''); });

  return (shown, known) => {
    options = shown;
    size = known;
    const [x0, y0, w0, h0] = cutOf(options) || [0, 0, size ? size.width : 1, size ? size.height : 1];
    const [x, y] = focus(options);
    focal.hidden = !size;
    cut.hidden = !size || !cutOf(options);
    by('unpoint').hidden = !options.fp && !options.rect;
    const window = size && kept(options, size.width, size.height);
    window_.hidden = !window;
    if (!size) return;
    place(focal, (x0 + x * w0) / size.width, (y0 + y * h0) / size.height);
    focal.setAttribute('aria-label', `Focal point at ${Math.round(x * 100)} and ${Math.round(y * 100)} percent; arrow keys move it`);
    if (!cut.hidden) place(cut, x0 / size.width, y0 / size.height, w0 / size.width, h0 / size.height);
    if (window) place(window_, ...window);
  };
};
