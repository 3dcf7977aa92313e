// on or off. A switch that can't be read is off: what is stored is served, nothing new is made.
async function switchOf(signed) {
  try {
    const generate = await cf.kvs().get('generate');
    return generate === 'on' || (signed && generate === 'signed') ? 'on' : 'off';
  } catch (unreadable) {
    return 'off';
  }
}
