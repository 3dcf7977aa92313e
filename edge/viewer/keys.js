// A key or a user of the store. Throws where it is missing, unreadable, too short, not yet or no longer valid: whoever asks
// for it refuses then. 22 characters of base64url are 128 bits.
async function keyOf(name) {
  const key = await cf.kvs().get(name, { format: 'json' }), now = Date.now() / 1000;
  if (key.secret.length > 21 && (key.nbf || 0) <= now && now < (key.exp || Infinity)) return key;
  throw name;
}

function hmac(key, text) {
  return require('crypto').createHmac('sha256', Buffer.from(key.secret, 'base64url')).update(text).digest('base64url');
}

// In a time that depends on the length of the first alone, which is ours.
function same(ours, theirs) {
  let off = ours.length ^ theirs.length;
  for (let at = 0; at < ours.length; at += 1) {
    off |= ours.codePointAt(at) ^ theirs.codePointAt(at);
  }
  return !off;
}

// Whether the path, decoded and rewritten, is the one named, or lies below it.
function covers(path, forms) {
  return forms.slice(1).every(form => `/${form}/`.startsWith(path.replace(/\/?$/, '/')));
}

// For credentials that are valid but for their time.
function expired() {
  refuse('what still holds', 'this', 'expired', 410);
}

// What a check came to; false where anything in it fails.
async function tried(check) {
  try {
    return await check;
  } catch (failed) {
    if (failed.statusCode) throw failed;
    return false;
  }
}
