// The key of a valid signature, or false. The HMAC covers the path as sent and, where there are parts, ? and the parts
// without sig in the order of their bytes; ignored names are gone already.
async function signedBy(uri, parts, forms) {
  const one = name => {
    const found = partsNamed(parts, name);
    if (found[1]) throw name;
    return found[0];
  };
  const key = await keyOf(`k:${one('kid').text}`), exp = one('exp');
  const rest = parts.filter(part => part.name !== 'sig').map(part => part.sent).sort();
  return same(hmac(key, `${uri}?${rest.join('&')}`), one('sig').text) && covers(key.path || '', forms) &&
    (!exp || /^\d{1,12}$/.test(exp.text)) && (exp && exp.text <= Date.now() / 1000 ? expired() : key);
}
