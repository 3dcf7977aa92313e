// A last segment of this form is options, never part of an original's name.
const OPTIONS = /^e\d+,((?:[a-z]+=[^,/]+,)*f=[a-z-]+)$/;

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch (malformed) {
    return undefined;
  }
}

// The path without its leading slash, percent-decoded once.
function readPath(uri) {
  const path = decoded(uri.slice(1));
  if (path === undefined || /[^!-~]|%2f/i.test(uri) || /[\\\x00-\x1f\x7f-\x9f]|(^|\/)\.{0,2}(\/|$)/.test(path)) {
    refuse(400, 'bad-path', sentence('a percent-encoded path without empty or dot segments', uri));
  }
  return path;
}

// Every byte outside RFC 3986 unreserved and the slash is escaped.
function encodedPath(path) {
  return encodeURIComponent(path)
    .replace(/%2F/g, '/')
    .replace(/[!'()*]/g, mark => '%2' + '1789A'.charAt("!'()*".indexOf(mark)));
}

function bytesOf(encoded) {
  return encoded.replace(/%../g, '.').length;
}

// [original, its options where the URL is a key's own]
function splitKey(path) {
  const at = path.lastIndexOf('/');
  const found = OPTIONS.exec(path.slice(at + 1));
  return found ? [path.slice(0, Math.max(at, 0)), found[1]] : [path, ''];
}

function checkOriginal(original, uri) {
  const reserved = original === '_mirage' || original.startsWith('_mirage/');
  if (!original || reserved || splitKey(original)[1] || bytesOf(encodedPath(original)) > TABLE.maxPathBytes) {
    refuse(400, 'bad-path', sentence(`the path of an original, ${TABLE.maxPathBytes} bytes at most`, uri));
  }
}

// A file is served from the originals as it is, whatever the query says.
function toFile(request, key) {
  if (key[1]) {
    refuse(400, 'bad-path', 'Expected no options behind a file.');
  }
  cf.selectRequestOriginById('originals');
  request.uri = `/${encodedPath(key[0])}`;
  return request;
}
