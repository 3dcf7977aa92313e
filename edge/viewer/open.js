// A preset leaves open what it names; without one, and without a signature, the stack says what is open.
function checkOpen(named, preset) {
  Object.keys(named).forEach(name => {
    const open = preset && name !== 'p' ? preset.leaves : OPENED;
    if (!open.split(',').includes(name)) {
      named[name] = fault(`none but ${open} without a signature`, name, 'option-not-open');
    }
  });
}
