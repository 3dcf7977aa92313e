// Never says what was wrong.
function forbid(code) {
  refuse('another request', 'this', code, 403);
}
