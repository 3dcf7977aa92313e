// One request and what its answer tells; the page reads headers here and nowhere else.

const accepts = {
  avif: 'image/avif,image/webp,image/*,*/*;q=0.8',
  webp: 'image/webp,image/*,*/*;q=0.8',
  old: 'image/*,*/*;q=0.8',
};

const timings = (text) => (text || '').split(',').map((part) => {
  const [name, ...rest] = part.trim().split(';');
  const dur = rest.find((each) => each.startsWith('dur='));
  return dur && { name, ms: Number(dur.slice(4)) };
}).filter((each) => each && each.ms >= 0 && each.name !== 'total');

const sentence = async (response) => {
  const text = await response.text();
  try {
    const { code, message } = JSON.parse(text);
    return { code, message };
  } catch {
    return { code: String(response.status), message: 'Answered ' + response.status + ' ' + response.statusText + '.' };
  }
};

/** The answer to a GET, past the browser's own cache. */
export const ask = async (target, accept, signal) => {
  const start = performance.now();
  const response = await fetch(target, { headers: { accept: accepts[accept] || accept }, cache: 'no-store', signal });
  const head = (name) => response.headers.get(name) || '';
  const failed = !response.ok;
  const picture = /^image\//.test(head('content-type'));
  const error = !failed ? null : picture
    ? { code: head('x-mirage-error') || String(response.status), message: 'The stack’s fallback picture is shown.' }
    : await sentence(response);
  const blob = failed && !picture ? null : await response.blob();
  return {
    status: response.status, error, blob, type: head('content-type'), bytes: blob ? blob.size : 0,
    ms: performance.now() - start, mirage: head('x-mirage'), cache: head('x-cache'), age: head('age'),
    key: head('x-mirage-key'), redirected: response.redirected, later: +head('retry-after'),
    // a hit repeats the times of the picture's making
    timings: /hit/i.test(head('x-cache')) ? [] : timings(head('server-timing')), headers: [...response.headers],
  };
};

const round = (ms) => (ms < 10 ? ms.toFixed(1) : Math.round(ms)) + ' ms';
const short = (cache) => cache.replace(/ from cloudfront$/i, '').replace(/GeneratedResponse$/, '');

const seen = (state, text) => ({ state, text });
const unseen = seen('off', '');

/** What happened at each of the five stations: off, passed, answered or stopped, and a word on it. */
export const way = (answer) => {
  const total = round(answer.ms);
  const edge = answer.timings.reduce((sum, each) => sum + each.ms, 0);
  const { error } = answer;
  const read = seen('passed', 'printed the key');
  if (error && /^Function/.test(answer.cache))
    return [seen('stopped', error.code), unseen, unseen, unseen, unseen];
  if (/hit/i.test(answer.cache))
    return [read, seen(error ? 'stopped' : 'answered', 'hit, ' + total), unseen, unseen, unseen];
  const miss = seen('passed', 'miss');
  if (answer.mirage === 'stored' || (!error && !answer.mirage))
    return [read, miss, seen('answered', 'had it, ' + total), unseen, unseen];
  const gap = seen('passed', '404, not there yet');
  if (error) return [read, miss, gap, seen('stopped', error.code), unseen];
  const made = seen('answered', (answer.mirage || 'made') + ', ' + round(edge || answer.ms));
  return [read, miss, gap, made, seen('passed', 'kept for all')];
};

export { round, short };
