// Percent-decoded once; undefined where that is malformed, or gives a control character or a backslash.
function decoded(text) {
  try {
    const plain = decodeURIComponent(text);
    return /[\\\x00-\x1f\x7f-\x9f]/.test(plain) ? undefined : plain;
  } catch (malformed) {
    return undefined;
  }
}

function refusePath(expected, received) {
  refuse('bad-path', expected, received);
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
    .replace(/[!'()*]/g, mark => '%2' + '1789A'.charAt("!'()*".indexOf(mark)));
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
  const isReserved = original.split('/')[0] === '_mirage';
  if (!original || isReserved || splitKey(original)[1] || bytesOf(encoded) > MAX_PATH_BYTES) {
    refusePath(`an original's path of ${MAX_PATH_BYTES} bytes at most`, uri);
  }
}
