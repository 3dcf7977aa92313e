// md5 and sha1 and sha256 by RFC 1321 and FIPS 180-4, for modules.js: bytes → digest.
globalThis.__hashes = (function () {
  'use strict';
  const rotate = (word, by) => (word << by) | (word >>> (32 - by));
  // The message, 80, zeros, and its length in bits: 64-byte blocks.
  const padded = (message, isBig) => {
    const whole = new Uint8Array(((message.length + 72) >>> 6) << 6), view = new DataView(whole.buffer);
    whole.set(message);
    whole[message.length] = 128;
    view.setUint32(whole.length - (isBig ? 4 : 8), message.length << 3, !isBig);
    view.setUint32(whole.length - (isBig ? 8 : 4), message.length / 536870912, !isBig);
    return view;
  };
  const digestOf = (state, isBig) => {
    const view = new DataView(new ArrayBuffer(state.length * 4));
    state.forEach((word, at) => view.setUint32(at * 4, word, !isBig));
    return new Uint8Array(view.buffer);
  };
  const primes = [];
  for (let number = 2; primes.length < 64; number += 1) {
    if (primes.every(prime => number % prime)) primes.push(number);
  }
  const fraction = root => ((root - Math.floor(root)) * 4294967296) | 0;
  const cubes = primes.map(prime => fraction(Math.cbrt(prime)));
  const squares = primes.slice(0, 8).map(prime => fraction(Math.sqrt(prime)));

  const sha256 = message => {
    const blocks = padded(message, true), state = squares.slice(), words = new Int32Array(64);
    for (let start = 0; start < blocks.byteLength; start += 64) {
      for (let at = 0; at < 64; at += 1) {
        if (at < 16) words[at] = blocks.getInt32(start + at * 4);
        else {
          const early = words[at - 15], late = words[at - 2];
          words[at] = (words[at - 16] + words[at - 7] + (rotate(early, 25) ^ rotate(early, 14) ^ (early >>> 3)) +
            (rotate(late, 15) ^ rotate(late, 13) ^ (late >>> 10))) | 0;
        }
      }
      let [a, b, c, d, e, f, g, h] = state;
      for (let at = 0; at < 64; at += 1) {
        const one = (h + (rotate(e, 26) ^ rotate(e, 21) ^ rotate(e, 7)) + ((e & f) ^ (~e & g)) + cubes[at] + words[at]) | 0;
        const two = ((rotate(a, 30) ^ rotate(a, 19) ^ rotate(a, 10)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
        h = g; g = f; f = e; e = (d + one) | 0; d = c; c = b; b = a; a = (one + two) | 0;
      }
      [a, b, c, d, e, f, g, h].forEach((word, at) => { state[at] = (state[at] + word) | 0; });
    }
    return digestOf(state, true);
  };
  const sha1 = message => {
    const blocks = padded(message, true), state = [0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476, 0xc3d2e1f0 | 0];
    const words = new Int32Array(80), keys = [0x5a827999, 0x6ed9eba1, 0x8f1bbcdc | 0, 0xca62c1d6 | 0];
    for (let start = 0; start < blocks.byteLength; start += 64) {
      let [a, b, c, d, e] = state;
      for (let at = 0; at < 80; at += 1) {
        words[at] = at < 16 ? blocks.getInt32(start + at * 4) : rotate(words[at - 3] ^ words[at - 8] ^ words[at - 14] ^ words[at - 16], 1);
        const turn = Math.floor(at / 20), mixed = turn === 0 ? (b & c) | (~b & d) : turn === 2 ? (b & c) | (b & d) | (c & d) : b ^ c ^ d;
        const next = (rotate(a, 5) + mixed + e + words[at] + keys[turn]) | 0;
        e = d; d = c; c = rotate(b, 30); b = a; a = next;
      }
      [a, b, c, d, e].forEach((word, at) => { state[at] = (state[at] + word) | 0; });
    }
    return digestOf(state, true);
  };
  const md5 = message => {
    const blocks = padded(message, false), state = [0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476];
    const shifts = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]], steps = [1, 5, 3, 7], starts = [0, 1, 5, 0];
    for (let start = 0; start < blocks.byteLength; start += 64) {
      let [a, b, c, d] = state;
      for (let at = 0; at < 64; at += 1) {
        const turn = at >> 4, mixed = [(b & c) | (~b & d), (d & b) | (~d & c), b ^ c ^ d, c ^ (b | ~d)][turn];
        const word = blocks.getInt32(start + ((starts[turn] + steps[turn] * at) & 15) * 4, true);
        const sum = (a + mixed + (Math.floor(Math.abs(Math.sin(at + 1)) * 4294967296) | 0) + word) | 0;
        a = d; d = c; c = b; b = (b + rotate(sum, shifts[turn][at & 3])) | 0;
      }
      [a, b, c, d].forEach((word, at) => { state[at] = (state[at] + word) | 0; });
    }
    return digestOf(state, false);
  };
  return { md5: md5, sha1: sha1, sha256: sha256 };
})();
