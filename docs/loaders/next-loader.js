'use client'
// Next.js: images: { loader: 'custom', loaderFile: './mirage-loader.js' } in next.config.js, and this file there.
// deviceSizes and imageSizes of Next.js that are no step of the ladder (256, 384) become the next one.
// `quality` is sent only where it is asked for: the stack must open q for it (openOptions).

const base = process.env.NEXT_PUBLIC_MIRAGE_URL || '';
const widths = [
  16, 32, 48, 64, 96, 128, 160, 240, 320, 480, 640, 750, 828, 960, 1080, 1200, 1440, 1600, 1920, 2048, 2560, 3200, 3840,
];
const qualities = [40, 55, 70, 80, 85, 95];
const upwards = (steps, value) => steps.find(step => step >= value) || steps[steps.length - 1];

export default function mirageLoader({ src, width, quality }) {
  const place = src.replace(/^\//, '').split('/').map(encodeURIComponent).join('/');
  const asked = quality ? `&q=${upwards(qualities, quality)}` : '';
  return `${base}/${place}?w=${upwards(widths, width)}${asked}`;
}
