// Canonicalisation in url-contract's order: path, access, names and values as sent, one spelling, negotiation.
async function keyed(request, viewer) {
  const uri = request.uri, sent = request.rawQueryString() || '', asSent = uri.slice(1), generate = { value: 'off' };
  request.querystring = {};
  request.headers['x-mirage-generate'] = generate;
  if (pageUri(uri)) { await admit(request, sent, [asSent, asSent]); request.uri = pageUri(uri); return request; } //@ page
  if (uri === '/') {
    refuse('not-found', 'the path of an image', uri, 404);
  }
  const inner = behind(uri, sent), plain = readPath(inner[0]); //@ path-dialect
  const plain = readPath(uri); //@ routes !path-dialect
  const path = await routed(request, viewer, plain), key = splitKey(path), inKey = key[1]; //@ routes
  const path = plain, key = splitKey(path), inKey = key[1]; //@ !routes path-dialect
  const path = readPath(uri), key = splitKey(path), inKey = key[1]; //@ !routes !path-dialect
  if (inKey && inner[2]) refusePath('no key behind a dialect', uri); //@ path-dialect
  const original = encodedPath(key[0]);
  checkOriginal(key[0], original, uri);
  const forms = [asSent, path];
  forms.push(plain); //@ routes
  if (inner[2]) forms.push(decoded(asSent) || asSent); //@ path-dialect
  const admitted = await admit(request, sent, forms), signed = admitted.key;
  if (FILES.test(key[0])) {
    if (inKey) {
      refusePath('no options behind a file', inKey);
    }
    checkWidth({}, signed); //@ signed
    cf.selectRequestOriginById('originals');
    request.uri = original;
    return request;
  }
  const asked = askedOptions(admitted.query, inKey); //@ !dialect
  const said = askedOptions(admitted.query, inKey), inner = [uri]; //@ dialect !path-dialect
  const said = askedOptions(admitted.query, inKey); //@ path-dialect
  const asked = inKey ? said : worded(said, inner); //@ dialect
  const options = canonical(asked, inKey, request.headers, admitted.rank, signed);
  if (inKey && inKey !== options) {
    refuse('bad-option', `a key's own spelling, ${options}`, inKey);
  }
  request.uri = `${original}/e${EPOCH},${options}`;
  if (bytesOf(request.uri) + 2 > MAX_KEY_BYTES) {
    refusePath(`a key of ${MAX_KEY_BYTES} bytes at most`, uri);
  }
  generate.value = await switchOf(signed);
  return request;
}

async function handler(event) {
  try {
    return await keyed(event.request, event.viewer);
  } catch (answer) {
    if (answer.statusCode) {
      return answer;
    }
    throw answer;
  }
}
