// What a bucket's own answers lack, where no Lambda@Edge sees them: X-Mirage, Vary, and what files have of their own. The
// regional function's answers bring theirs along. The request is as the viewer function left it.
const FILE_CACHE = '', IS_DEBUG = false, SAVES_DATA = false; //@ settings
const KEY = /\/e\d+,((?:[a-z]+=[^,/]+,)*)f=([a-z-]+)$/;

// What the key may come from, for caches behind CloudFront.
function varying(options, form) {
  const hasQuality = !/^(png|gif|json)$/.test(form) && !options.includes('q=auto,');
  return [form.startsWith('auto') && 'Accept', SAVES_DATA && hasQuality && 'Save-Data'].filter(Boolean).join(', ');
}

function addToVariant(headers, uri, key) {
  const named = varying(key[1], key[2]), vary = headers.vary;
  if (named) headers.vary = { value: vary ? `${vary.value}, ${named}` : named };
  if (IS_DEBUG) headers['x-mirage-key'] = { value: uri.slice(1) };
}

// An SVG can run no script here.
function addToFile(headers, uri, status) {
  const type = headers['content-type'];
  if (status !== 304 && !headers['cache-control']) headers['cache-control'] = { value: FILE_CACHE };
  if (/\.svg$/i.test(uri) || type && /^image\/svg\+xml *(;|$)/.test(type.value)) {
    headers['content-security-policy'] = { value: 'sandbox' };
  }
}

function handler(event) {
  const uri = event.request.uri, response = event.response, headers = {}, key = KEY.exec(uri);
  const reduced = response.headers['x-amz-meta-reduced'];
  Object.keys(response.headers).forEach(name => {
    if (!name.startsWith('x-amz-meta-')) headers[name] = response.headers[name];
  });
  response.headers = headers;
  if (headers['x-mirage'] || ![200, 206, 304].includes(response.statusCode)) return response;
  headers['x-mirage'] = { value: reduced && reduced.value === '1' ? 'reduced' : 'stored' };
  if (key) addToVariant(headers, uri, key);
  else addToFile(headers, uri, response.statusCode);
  return response;
}
