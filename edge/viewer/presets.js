function presetOf(named) {
  return named.p && STACK.presets[named.p];
}
