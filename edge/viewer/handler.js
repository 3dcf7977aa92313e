// Canonicalisation in url-contract's order: path, access, names and values as sent, one spelling, negotiation.
async function keyed(request) {
  const uri = request.uri, sent = request.rawQueryString() || '', asSent = uri.slice(1), generate = { value: 'off' };
  request.querystring = {};
  request.headers['x-mirage-generate'] = generate;
  if (pageUri(uri)) { await admit(request, sent, [asSent, asSent]); request.uri = pageUri(uri); return request; } //@ page
  if (uri === '/') {
    refuse('not-found', 'the path of an image', uri, 404);
  }
  const inner = behind(uri, sent), path = readPath(inner[0]), key = splitKey(path), inKey = key[1]; //@ path-dialect
  const path = readPath(uri), key = splitKey(path), inKey = key[1]; //@ !path-dialect
  if (inKey && inner[2]) refusePath('no key behind a dialect', uri); //@ path-dialect
  const original = encodedPath(key[0]);
  checkOriginal(key[0], original, uri);
  const forms = [asSent, path].concat(inner[2] ? decoded(asSent) || asSent : []); //@ path-dialect
  const admitted = await admit(request, sent, forms), signed = admitted.key; //@ path-dialect
  const admitted = await admit(request, sent, [asSent, path]), signed = admitted.key; //@ !path-dialect
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
    return await keyed(event.request);
  } catch (answer) {
    if (answer.statusCode) {
      return answer;
    }
    throw answer;
  }
}
