// A preset leaves open what it names; without one, and without a signature, the stack says what is open.
function checkOpen(named, preset) {
  Object.keys(named).forEach(name => {
    const open = preset && name !== 'p' ? preset.leaves : STACK.opened;
    if (!open.includes(name)) {
      fault(named, name, 'option-not-open', `only ${open.join(' ') || 'p'} without a signature`, name);
    }
  });
}

// The options of a key from the parts as sent; rank 1 wants a preset.
function canonical(parts, inKey, accept, rank, signed) {
  const named = readOptions(parts, inKey), options = {};
  if (!signed) checkOpen(named); //@ !presets
  if (!signed) checkOpen(named, presetOf(named)); //@ presets
  if (rank === 1 && !named.p) refuse(400, 'size-not-allowed', sentence('p, a preset of this stack', 'none')); //@ presets-only
  Object.assign(options, (presetOf(named) || {}).expands); //@ presets
  Object.keys(named).forEach(name => {
    if (named[name] !== undefined) {
      options[name] = named[name];
    }
  });
  if (options.f !== 'json') {
    checkTogether(options);
    multiply(options);
    if (!signed) snap(options, named); //@ ladder
    checkPad(options);
    turnOnce(options);
  }
  options.dpr = options.ar = options.p = undefined;
  if (!options.f || options.f === 'auto' && !inKey) {
    options.f = negotiated(accept);
  }
  return printOptions(options);
}
