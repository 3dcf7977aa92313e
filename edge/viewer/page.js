// The uri of the stack's own page, or of one of its assets; false for anything else.
function pageUri(uri) {
  if (uri === '/') {
    return '/index.html';
  }
  return uri.startsWith('/_mirage/page/') && encodedPath(readPath(uri));
}
