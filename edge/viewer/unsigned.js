// A stack without keys and closed prefixes lets everybody in; every signature is wrong.
function admit(request, parts) {
  if (partsNamed(parts, 'sig')[0]) {
    refuse('valid credentials', 'none', 'signature-bad', 403);
  }
  return { rest: parts };
}
