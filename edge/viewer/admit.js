// What a request is let in as: the rank of its path, the key of its signature, and its parts without what is a credential
// there alone. Refuses every other; never says what differs.
async function admit(request, parts, forms) {
  let rank = 0, key = false;
  rank = rankOf(forms); //@ modes
  if (rank > 5) forbid('auth-denied'); //@ modes
  const theirs = /^(Expires|Policy|Signature|Key-Pair-Id|Hash-Algorithm)$/; //@ cloudfront
  if (rank === 5) parts = parts.filter(part => !theirs.test(part.name)); //@ cloudfront
  if (partsNamed(parts, 'sig')[0]) {
    if (rank === 3 || rank === 4) forbid('auth-denied'); //@ routes
    key = await tried(signedBy(request.uri, parts, forms)); //@ signed
    if (!key) forbid('signature-bad');
  }
  if (rank === 2 && !key) forbid('auth-required'); //@ signed
  if (rank === 3 && !await tried(isUser(request.headers))) demand('Basic realm="Mirage", charset="UTF-8"'); //@ basic
  if (rank === 4 && !await tried(isBearer(request, parts, forms))) demand('Bearer realm="Mirage"'); //@ jwt
  return { rank: rank, signer: key, rest: rank === 4 ? parts.filter(part => part.name !== 'token') : parts }; //@ jwt
  return { rank: rank, signer: key, rest: parts }; //@ !jwt
}
