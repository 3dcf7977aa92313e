// The modules that CloudFront documents (crypto, querystring, Buffer, TextEncoder), made before the world loses what is
// not documented. Hashes by FIPS 180-4 and RFC 1321, HMAC by RFC 2104. The value of this script is what `require` knows.
(function () {
  'use strict';
  const latin = unescape, unlatin = escape, text64 = btoa, bytes64 = atob;
  const rotate = (word, by) => (word << by) | (word >>> (32 - by));
  const bytesOf = (text, encoding) => {
    if (typeof text !== 'string') return Uint8Array.from(text);
    if (encoding === 'hex') return Uint8Array.from(text.match(/../g) || [], pair => parseInt(pair, 16));
    if (encoding === 'base64' || encoding === 'base64url') {
      return Uint8Array.from(bytes64(text.replace(/-/g, '+').replace(/_/g, '/').replace(/=+$/, '')), one => one.codePointAt(0));
    }
    return Uint8Array.from(latin(encodeURIComponent(text)), one => one.codePointAt(0));
  };
  const spelt = (bytes, encoding) => {
    const plain = Array.prototype.map.call(bytes, byte => String.fromCharCode(byte)).join('');
    if (encoding === 'hex') return Array.prototype.map.call(bytes, byte => (byte + 256).toString(16).slice(1)).join('');
    if (encoding === 'base64') return text64(plain);
    if (encoding === 'base64url') return text64(plain).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
    try {
      return decodeURIComponent(unlatin(plain));
    } catch (malformed) {
      return plain.replace(/[\x80-\xff]/g, '\ufffd');
    }
  };

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
  const hashes = { md5: md5, sha1: sha1, sha256: sha256 };

  const joined = (one, two) => {
    const whole = new Uint8Array(one.length + two.length);
    whole.set(one);
    whole.set(two, one.length);
    return whole;
  };
  const hashing = (algorithm, finish) => {
    if (!hashes[algorithm]) throw new TypeError(`not supported algorithm: "${algorithm}"`);
    let said = new Uint8Array(0);
    const object = {
      update: (more, encoding) => { said = joined(said, bytesOf(more, encoding)); return object; },
      digest: encoding => {
        const digest = finish(hashes[algorithm], said);
        return encoding ? spelt(digest, encoding) : Buffer.from(digest);
      }
    };
    return object;
  };
  const crypto = {
    createHash: algorithm => hashing(algorithm, (hash, said) => hash(said)),
    createHmac: (algorithm, secret) => hashing(algorithm, (hash, said) => {
      const given = bytesOf(secret), key = joined(given.length > 64 ? hash(given) : given, new Uint8Array(64)).slice(0, 64);
      return hash(joined(key.map(byte => byte ^ 0x5c), hash(joined(key.map(byte => byte ^ 0x36), said))));
    })
  };

  class Buffer extends Uint8Array {
    static from(from, encoding) { const bytes = bytesOf(from, encoding), made = new Buffer(bytes.length); made.set(bytes); return made; }
    static alloc(size) { return new Buffer(size); }
    static byteLength(text, encoding) { return bytesOf(text, encoding).length; }
    static isBuffer(one) { return one instanceof Buffer; }
    static concat(list) { return Buffer.from(list.reduce(joined, new Uint8Array(0))); }
    toString(encoding) { return spelt(this, encoding || 'utf8'); }
    equals(other) { return this.length === other.length && this.every((byte, at) => byte === other[at]); }
  }
  const unescaped = text => { try { return decodeURIComponent(text); } catch (malformed) { return text; } };
  const parsed = (text, separator, equal) => {
    const found = {};
    text.split(separator || '&').filter(part => part).forEach(part => {
      const at = part.indexOf(equal || '='), name = unescaped(at < 0 ? part : part.slice(0, at));
      const value = at < 0 ? '' : unescaped(part.slice(at + (equal || '=').length));
      found[name] = name in found ? [].concat(found[name], value) : value;
    });
    return found;
  };
  const stringified = (object, separator, equal) => Object.keys(object).map(name => [].concat(object[name]).map(value =>
    encodeURIComponent(name) + (equal || '=') + encodeURIComponent(value)).join(separator || '&')).join(separator || '&');
  const querystring = {
    parse: parsed, decode: parsed, stringify: stringified, encode: stringified, escape: encodeURIComponent, unescape: unescaped
  };
  globalThis.Buffer = Buffer;
  globalThis.TextEncoder = class TextEncoder { encode(text) { return bytesOf(text === undefined ? '' : text); } };
  globalThis.TextDecoder = class TextDecoder { decode(bytes) { return spelt(bytes, 'utf8'); } };
  const modules = { crypto: crypto, querystring: querystring, buffer: { Buffer: Buffer } };
  globalThis.require = name => {
    if (!Object.prototype.hasOwnProperty.call(modules, name)) throw new Error(`Cannot load module "${name}"`);
    return modules[name];
  };
})()
