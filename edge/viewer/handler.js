// Canonicalisation in url-contract's order: path, access, names and values as sent, one spelling, negotiation.
async function keyed(request, viewer) {
  const uri = request.uri, sent = request.rawQueryString() || '', asSent = uri.slice(1), generate = valued('off');
  const parts = sentParts(sent);
  request.querystring = {};
  request.headers['x-mirage-generate'] = generate;
  const page = pageUri(uri); //@ page
  if (page) { await admit(request, parts, [asSent, asSent]); request.uri = page; return request; } //@ page
  if (uri === '/') {
    refuse('the path of an image', uri, 'not-found', 404);
  }
  const inner = behind(uri, sent), plain = readPath(inner[0]); //@ path-dialect
  const plain = readPath(uri); //@ routes !path-dialect
  const path = await routed(request, viewer, plain), key = splitKey(path), inKey = key[1]; //@ routes
  request.headers['x-mirage-generate'] = generate; //@ request-headers
  const path = plain, key = splitKey(path), inKey = key[1]; //@ !routes path-dialect
  const path = readPath(uri), key = splitKey(path), inKey = key[1]; //@ !routes !path-dialect
  if (inKey && inner[2]) refusePath('no key behind a dialect', uri); //@ path-dialect
  const original = encodedPath(key[0]);
  checkOriginal(key[0], original, uri);
  const forms = [asSent, path];
  forms.push(plain); //@ routes
  if (inner[2]) forms.push(decoded(asSent) || asSent); //@ path-dialect
  const admitted = await admit(request, parts, forms), signed = admitted.signer;
  if (FILES.test(key[0])) {
    if (inKey) {
      refusePath('no options behind a file', inKey);
    }
    checkWidth({}, signed); //@ signed
    cf.selectRequestOriginById('originals'); //@ !regional
    const sources = [{ originId: 'originals' }, { originId: 'maker' }]; //@ regional
    if (/%/.test(original)) cf.selectRequestOriginById('originals'); //@ regional
    else cf.createRequestOriginGroup({ originIds: sources, failoverCriteria: { statusCodes: [404] } }); //@ regional
    request.uri = original;
    request.headers['x-mirage-uri'] = valued(original); //@ regional
    return request;
  }
  const asked = askedOptions(sent, parts, admitted.rest, inKey); //@ !dialect
  const said = askedOptions(sent, parts, admitted.rest, inKey), inner = [uri]; //@ dialect !path-dialect
  const said = askedOptions(sent, parts, admitted.rest, inKey); //@ path-dialect
  const asked = inKey ? said : worded(said, inner); //@ dialect
  const options = canonical(asked, inKey, request.headers, admitted.rank, signed);
  if (inKey && inKey !== options) {
    refuse(`a key's own spelling, ${options}`, inKey);
  }
  request.uri = `${original}/e${EPOCH},${options}`;
  if (bytesOf(request.uri) + 2 > MAX_KEY_BYTES) {
    refusePath(`a key of ${MAX_KEY_BYTES} bytes at most`, uri);
  }
  request.headers['x-mirage-uri'] = valued(request.uri); //@ regional
  if (/[%~]/.test(original)) { //@ regional
    cf.selectRequestOriginById('maker'); //@ regional
    request.uri = request.uri.replace(/~/g, '~7E').replace(/%/g, '~'); //@ regional
  } //@ regional
  await turnOn(generate, signed);
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
