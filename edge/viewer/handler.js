// Canonicalisation in url-contract's order: path, access, names and values as sent, one spelling, negotiation.
async function keyed(request) {
  const uri = request.uri, query = request.rawQueryString() || '';
  request.querystring = {};
  request.headers['x-mirage-generate'] = { value: 'off' };
  const page = pageUri(uri); //@ page
  if (page) { request.uri = page; return request; } //@ page
  if (uri === '/') {
    refuse(404, 'not-found', 'There is nothing here.');
  }
  const path = readPath(uri), parts = sentParts(query), forms = [uri.slice(1), path];
  const key = splitKey(path);
  checkOriginal(key[0], uri);
  let rank = 0;
  rank = strictest(forms); //@ modes
  rank = rank || 1; //@ all-presets
  const signed = false; //@ !access
  const refused = rank > 1 ? 'auth-denied' : parts.some(part => part.name === 'sig') ? 'signature-bad' : ''; //@ !access
  if (refused) refuse(403, refused, 'This request is not allowed.'); //@ !access
  if (STACK.files.test(key[0])) {
    return toFile(request, key);
  }
  const asked = askedOptions(query, parts, key[1]);
  const printed = canonical(asked, key[1], request.headers.accept, rank, signed);
  if (key[1] && key[1] !== printed) {
    refuse(400, 'bad-option', `Expected the key's own spelling ${printed}.`);
  }
  request.uri = `/${encodedPath(key[0])}/e${TABLE.epoch},${printed}`;
  if (bytesOf(request.uri) >= TABLE.maxKeyBytes) {
    refuse(400, 'bad-path', `Expected a key of at most ${TABLE.maxKeyBytes} bytes.`);
  }
  request.headers['x-mirage-generate'].value = await switchOf(signed);
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
