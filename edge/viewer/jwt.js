// Whether the request has one valid token (RFC 7519, HS256). Header, cookie or query, and no two of them: RFC 6750, 2.
// Nothing in it is believed before its signature is.
async function isBearer(request, parts, forms) {
  const header = request.headers.authorization, cookie = request.cookies.token, now = Date.now() / 1000;
  const found = partsNamed(parts, 'token').map(part => part.text)
    .concat(cookie ? cookie.value : [], header ? /^Bearer +(\S+)$/i.exec(header.value)[1] : []);
  const sides = /^(([\w-]+)\.([\w-]+))\.([\w-]+)$/.exec(found[0]);
  const read = side => JSON.parse(Buffer.from(side, 'base64url').toString()), head = read(sides[2]);
  const key = await keyOf(`j:${head.kid || 'default'}`);
  if (found[1] || [header, cookie].some(each => each && each.multiValue) || head.alg !== 'HS256' || head.crit ||
    !same(hmac(key, sides[1]), sides[4])) return false;
  const claims = read(sides[3]), left = claims.exp - now + key.leeway;
  return (claims.nbf || 0) - key.leeway <= now && [].concat(claims.aud).includes(key.aud) &&
    (!key.iss || claims.iss === key.iss) && [].concat('path' in claims ? claims.path : '').some(path => covers(path, forms)) &&
    (left > 0 || left <= 0 && expired());
}
