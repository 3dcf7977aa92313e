// A stack without keys and closed prefixes lets everybody in; every signature is wrong.
function admit(request, parts) {
  if (partsNamed(parts, 'sig')[0]) {
    refuse('another request', 'this', 'signature-bad', 403);
  }
  return { rest: parts };
}
