// Percent-decoded once; undefined where that is malformed, or gives a control character or a backslash.
function decoded(text) {
  try {
    const plain = decodeURIComponent(text);
    if (!/[\\\x00-\x1f\x7f-\x9f]/.test(plain)) return plain;
  } catch (malformed) {
    // As a control character: no path, and no part of a query, is left of it.
  }
}

function refusePath(expected, received) {
  refuse(expected, received, 'bad-path');
}

// The path without its leading slash.
function readPath(uri) {
  const path = decoded(uri.slice(1));
  if (!path || /[^!-~]|%2f/i.test(uri) || /(^|\/)\.{0,2}(\/|$)/.test(path)) {
    refusePath('a path without empty or dot segments, percent-encoded', uri);
  }
  return path;
}

// Every byte outside RFC 3986 unreserved and the slash is escaped.
function encodedPath(path) {
  return '/' + encodeURIComponent(path)
    .replace(/%2F/g, '/')
    .replace(/[!'()*]/g, mark => '%2' + '1789A'["!'()*".indexOf(mark)]);
}

// Bytes of an encoded path, once decoded and without its leading slash.
function bytesOf(encoded) {
  return encoded.replace(/%../g, '.').length - 1;
}

// [original, its options where the URL is a key's own]: a last segment of this form is options, never part of a name.
function splitKey(path) {
  const found = /^(?:([\s\S]*)\/)?e\d+,((?:[a-z]+=[^,/]+,)*f=[a-z-]+)$/.exec(path);
  return found ? [found[1] || '', found[2]] : [path, ''];
}

function checkOriginal(original, encoded, uri) {
  if (!original || /^_mirage(\/|$)/.test(original) || splitKey(original)[1] || bytesOf(encoded) > MAX_PATH_BYTES) {
    refusePath(`an original's path of ${MAX_PATH_BYTES} bytes at most`, uri);
  }
}
