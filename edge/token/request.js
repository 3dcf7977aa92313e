// Hands the token and the viewer's host to what verifies: CloudFront signs Authorization itself on its way there. Both are
// in the cache key, so that no two tokens share an answer. A dash stands for none, and for two (RFC 6750, 2).
function handler(event) {
  const request = event.request, headers = request.headers;
  const sent = [headers.authorization, request.cookies.token].filter(each => each);
  const isOne = sent.length === 1 && !sent[0].multiValue;
  headers['x-mirage-token'] = { value: isOne ? sent[0].value.replace(/^Bearer +/i, '') || '-' : '-' };
  headers['x-mirage-host'] = { value: headers.host.value };
  return request;
}
