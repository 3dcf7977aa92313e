// Plain JavaScript: <img srcset="…"> of the ladder's widths. Copy it; nothing is imported.
// srcset('cats/1.jpg', { base: 'https://d111.cloudfront.net', upTo: 1600, ratio: '16:9', version: '9b2cf535' })

export const widths = [
  16, 32, 48, 64, 96, 128, 160, 240, 320, 480, 640, 750, 828, 960, 1080, 1200, 1440, 1600, 1920, 2048, 2560, 3200, 3840,
];
const ratios = '1:1 5:4 4:3 3:2 16:10 16:9 2:1 21:9 4:5 3:4 2:3 10:16 9:16 1:2 9:21'.split(' ');

// The ladder's least width that is not below; the greatest where all are.
export const step = width => widths.find(each => each >= width) || widths[widths.length - 1];

// The URL of one picture. `ratio` is one of the ladder's, and crops (fit: 'pad' pads).
export function url(path, { width, ratio, fit = 'cover', format, preset, version, base = '' } = {}) {
  if (ratio && !ratios.includes(ratio)) {
    throw new RangeError(`Expected one of ${ratios.join(', ')} for ratio, received ${ratio}.`);
  }
  const [across, tall] = (ratio || '1:1').split(':');
  const w = width && step(width);
  const asked = {
    p: preset,
    w,
    h: ratio && w && Math.floor((2 * w * tall + Number(across)) / (2 * across)),
    fit: ratio && w && fit,
    f: format,
    v: version,
  };
  const query = Object.keys(asked).filter(name => asked[name]).map(name => `${name}=${encodeURIComponent(asked[name])}`);
  const place = path.replace(/^\//, '').split('/').map(encodeURIComponent).join('/');
  return `${base}/${place}${query.length ? '?' : ''}${query.join('&')}`;
}

export function srcset(path, { from = 320, upTo = 1920, ...rest } = {}) {
  const tall = rest.ratio ? rest.ratio.split(':')[1] / rest.ratio.split(':')[0] : 1;
  return widths
    .filter(width => width >= step(from) && width <= step(upTo) && width * tall <= 4096)
    .map(width => `${url(path, { ...rest, width })} ${width}w`)
    .join(', ');
}
