// A stack without keys and closed prefixes lets everybody in; every signature is wrong.
function admit(request, query) {
  if (sentParts(query).some(part => part.name === 'sig')) {
    refuse('signature-bad', 'another request', 'this', 403);
  }
  return { query: query };
}
