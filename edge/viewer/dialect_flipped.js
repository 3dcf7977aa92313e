// Where flip comes before rot, our order needs the other turn; g speaks of the picture before both.
function flippedFirst(parts) {
  const found = name => parts.find(part => part.name === name);
  const rot = found('rot'), flip = found('flip'), g = found('g');
  if (g && (rot || flip)) fault('what is exact here (nearest: fp)', g.sent);
  if (rot && flip && flip.text !== 'hv') rot.text = String((360 - rot.text) % 360);
}
