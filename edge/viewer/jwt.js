// Whether the request has one valid token (RFC 7519, HS256), or 'expired'. Header, cookie or query, and no two of them:
// RFC 6750, 2. Nothing in it is believed before its signature is.
async function isBearer(request, parts, forms) {
  const header = request.headers.authorization;
  const found = parts.filter(part => part.name === 'token').map(part => ({ value: part.text }))
    .concat(request.cookies.token || [], header ? { value: /^Bearer +(\S+)$/i.exec(header.value)[1] } : []);
  const token = found[0], sides = token.value.split('.'), now = Date.now() / 1000;
  const read = side => JSON.parse(Buffer.from(side, 'base64url').toString());
  const head = read(sides[0]);
  const key = await keyOf(`j:${head.kid || 'default'}`);
  if (found[1] || token.multiValue || header && header.multiValue || sides[3] !== undefined || head.alg !== 'HS256' ||
    head.crit || !same(hmac(key, `${sides[0]}.${sides[1]}`), sides[2])) return false;
  const claims = read(sides[1]), left = claims.exp - now + key.leeway;
  return (claims.nbf || 0) - key.leeway <= now && [].concat(claims.aud).includes(key.aud) &&
    (!key.iss || claims.iss === key.iss) && [].concat('path' in claims ? claims.path : '').some(path => covers(path, forms)) &&
    (left > 0 || left <= 0 && 'expired');
}
