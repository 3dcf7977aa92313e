// Never says what was wrong.
function forbid(code) {
  refuse(code, 'another request', 'this', 403);
}
