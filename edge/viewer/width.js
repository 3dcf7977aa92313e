// A key with a largest width signs nothing wider, and nothing whose width is not said.
function checkWidth(options, key) {
  if (key.width && !(options.w <= key.width)) forbid('auth-denied');
}
