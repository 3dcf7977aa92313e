// What a request is let in as: the rank of its path, the key of its signature, and the query without what is a credential
// there alone. Refuses every other; never says what differs.
async function admit(request, query, forms) {
  let rank = 0, key = false, verdict = false;
  rank = rankOf(forms); //@ modes
  if (rank > 5) forbid('auth-denied'); //@ modes
  if (rank === 5) query = without(query, /^(Expires|Policy|Signature|Key-Pair-Id|Hash-Algorithm)=/); //@ cloudfront
  const parts = sentParts(query), hasSig = parts.some(part => part.name === 'sig');
  if (hasSig && (rank === 3 || rank === 4)) forbid('auth-denied'); //@ routes
  if (hasSig) verdict = key = await tried(signedBy(request.uri, parts, forms)); //@ signed
  if (hasSig && !verdict) forbid('signature-bad');
  if (rank === 2 && !key) forbid('auth-required'); //@ signed
  if (rank === 3 && !await tried(isUser(request.headers))) demand('Basic realm="Mirage", charset="UTF-8"'); //@ basic
  if (rank === 4) { //@ jwt
    const bearer = await tried(isBearer(request, parts, forms)); //@ jwt
    if (!bearer) demand('Bearer realm="Mirage"'); //@ jwt
    if (bearer === 'expired') verdict = bearer; //@ jwt
    query = without(query, /^token=/); //@ jwt
  } //@ jwt
  if (verdict === 'expired') refuse('expired', 'what still holds', 'this', 410); //@ keys
  return { rank: rank, key: key, query: query };
}
