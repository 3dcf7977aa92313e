// on or off. A switch that can't be read is off: what is stored is served, nothing new is made.
async function turnOn(generate, signed) {
  try {
    const said = await cf.kvs().get('generate');
    if (said === 'on' || signed && said === 'signed') generate.value = 'on';
  } catch (unreadable) {
    generate.value = 'off';
  }
}
