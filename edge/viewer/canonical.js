// The options of a key from the parts as sent; rank 1 wants a preset. `signed` is the key of a valid signature, or false:
// it lifts what the stack opens and the ladder, and may have a largest width.
function canonical(parts, inKey, headers, rank, signed) {
  const named = readOptions(parts, inKey), options = {};
  if (!signed) checkOpen(named); //@ limited !presets
  if (!signed) checkOpen(named, PRESETS[named.p]); //@ presets
  let onlyPresets = rank === 1; //@ presets-only
  onlyPresets = true; //@ all-presets
  if (onlyPresets && !signed && !named.p) refuse('size-not-allowed', 'p, a preset of this stack', 'none'); //@ presets-only
  const fixed = {}; //@ !presets
  const fixed = named.p ? PRESETS[named.p].expands : {}; //@ presets
  Object.assign(options, fixed); //@ presets
  Object.keys(named).forEach(name => {
    options[name] = named[name] || options[name];
  });
  if (options.f === 'json') {
    checkWidth({}, signed); //@ signed
    return printOptions({ v: options.v, f: 'json' });
  }
  checkTogether(options);
  multiply(options);
  checkWidth(options, signed); //@ signed
  if (!signed) snap(options, named, fixed); //@ ladder
  if (!inKey) saveData(options, headers['save-data']); //@ save-data
  checkPad(options);
  turnOnce(options);
  if (options.f === 'jpg') options.bg = options.bg && options.bg.slice(0, 6);
  options.dpr = options.ar = options.p = '';
  if (!inKey && (options.f || 'auto') === 'auto') {
    options.f = negotiated(headers.accept);
  }
  return printOptions(options);
}
