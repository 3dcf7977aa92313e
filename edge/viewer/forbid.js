// Never says what was wrong.
function forbid(code) {
  refuse('valid credentials', 'none', code, 403);
}
