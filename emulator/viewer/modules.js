// The modules that CloudFront documents (crypto, querystring, Buffer, TextEncoder), made before the world loses what is
// not documented. HMAC by RFC 2104; the hashes are in hashes.js. The value of this script is what `require` knows.
(function () {
  'use strict';
  const hashes = globalThis.__hashes, listOf = Array.from.bind(Array);
  const latin = unescape, unlatin = escape, text64 = btoa, bytes64 = atob;
  const bytesOf = (text, encoding) => {
    if (typeof text !== 'string') return Uint8Array.from(text);
    if (encoding === 'hex') {
      const pairs = text.match(/../g) || [], bad = pairs.findIndex(pair => !/[0-9a-f]{2}/i.test(pair));
      return Uint8Array.from(bad < 0 ? pairs : pairs.slice(0, bad), pair => parseInt(pair, 16));
    }
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


  const joined = (one, two) => {
    const whole = new Uint8Array(one.length + two.length);
    whole.set(one);
    whole.set(two, one.length);
    return whole;
  };
  const hashing = (algorithm, finish) => {
    if (!hashes[algorithm]) throw new TypeError(`not supported algorithm: "${algorithm}"`);
    let said = new Uint8Array(0), isDone = false;
    const open = () => { if (isDone) throw new Error('Digest already called'); };
    const object = {
      update: (more, encoding) => { open(); said = joined(said, bytesOf(more, encoding)); return object; },
      digest: encoding => {
        open();
        if (encoding && !['hex', 'base64', 'base64url'].includes(encoding)) throw new TypeError(`Unknown digest encoding: "${encoding}"`);
        isDone = true;
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

  // What Node's and njs's Buffer say of an encoding that they do not know; the documented four are known.
  const known = encoding => {
    if (encoding !== undefined && !['utf8', 'utf-8', 'hex', 'base64', 'base64url'].includes(encoding)) {
      throw new TypeError(`"${encoding}" encoding is not supported`);
    }
    return encoding || 'utf8';
  };
  const octets = (value, encoding) => {
    if (typeof value === 'number') return Uint8Array.of(value);
    if (value instanceof ArrayBuffer) return new Uint8Array(value);
    return bytesOf(value, known(encoding));
  };
  const order = (one, two) => {
    const at = one.findIndex((byte, place) => byte !== two[place]);
    return at < 0 || at >= two.length ? Math.sign(one.length - two.length) : Math.sign(one[at] - two[at]);
  };
  const places = (whole, part) => listOf({ length: whole.length - part.length + 1 }, (none, at) => at)
    .filter(at => part.every((byte, more) => whole[at + more] === byte));

  class Buffer extends Uint8Array {
    static from(from, encoding, length) {
      if (from instanceof ArrayBuffer) return new Buffer(from, encoding, length);
      if (!from || typeof from !== 'string' && typeof from !== 'object') throw new TypeError('first argument is not a string or Buffer-like object');
      const bytes = octets(from, typeof from === 'string' ? encoding : undefined), made = new Buffer(bytes.length);
      made.set(bytes);
      return made;
    }
    static alloc(size, fill, encoding) { const made = new Buffer(size); return fill === undefined ? made : made.fill(fill, encoding); }
    static allocUnsafe(size) { return new Buffer(size); }
    static byteLength(value, encoding) { return typeof value === 'string' ? octets(value, encoding).length : value.byteLength; }
    static compare(one, two) { return order(one, two); }
    static isBuffer(one) { return one instanceof Buffer; }
    static isEncoding(encoding) { try { return typeof encoding === 'string' && !!known(encoding); } catch (unknown) { return false; } }
    static concat(list, total) {
      const whole = list.reduce(joined, new Uint8Array(0)), made = new Buffer(total === undefined ? whole.length : total);
      made.set(whole.subarray(0, made.length));
      return made;
    }
    toString(encoding, start, end) { return spelt(this.subarray(start || 0, end === undefined ? this.length : end), known(encoding)); }
    toJSON() { return { type: 'Buffer', data: listOf(this) }; }
    equals(other) { return order(this, other) === 0; }
    compare(target, from, to, start, end) { return order(this.subarray(start || 0, end), target.subarray(from || 0, to)); }
    copy(target, at, start, end) {
      const part = this.subarray(start || 0, end).subarray(0, target.length - (at || 0));
      target.set(part, at || 0);
      return part.length;
    }
    slice(start, end) { return this.subarray(start, end); }
    fill(value, offset, end, encoding) {
      const said = typeof offset === 'string' ? offset : encoding, bytes = octets(value, said), from = typeof offset === 'number' ? offset : 0;
      const to = typeof end === 'number' ? end : this.length;
      for (let at = from; at < to; at += 1) this[at] = bytes.length ? bytes[(at - from) % bytes.length] : 0;
      return this;
    }
    indexOf(value, from, encoding) {
      const found = places(this, octets(value, encoding)).find(at => at >= (from || 0));
      return found === undefined ? -1 : found;
    }
    lastIndexOf(value, from, encoding) {
      const found = places(this, octets(value, encoding)).filter(at => from === undefined || at <= from);
      return found.length ? found[found.length - 1] : -1;
    }
    includes(value, from, encoding) { return this.indexOf(value, from, encoding) >= 0; }
    write(text, offset, length, encoding) {
      const bytes = octets(text, [offset, length, encoding].find(each => typeof each === 'string'));
      const at = typeof offset === 'number' ? offset : 0, most = typeof length === 'number' ? length : this.length - at;
      this.set(bytes.subarray(0, Math.min(most, this.length - at)), at);
      return Math.min(bytes.length, most, this.length - at);
    }
    swap16() { return this.swapped(2); }
    swap32() { return this.swapped(4); }
    swap64() { return this.swapped(8); }
  }
  Object.defineProperty(Buffer.prototype, 'swapped', {
    value(size) {
      if (this.length % size) throw new RangeError(`Buffer size must be a multiple of ${size * 8}-bits`);
      for (let at = 0; at < this.length; at += size) this.subarray(at, at + size).reverse();
      return this;
    }
  });
  // readInt16BE and its like: the numbers of a DataView, and whole ones of one to six bytes.
  const view = buffer => new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
  const numbers = { Int8: 1, UInt8: 1, Int16: 2, UInt16: 2, Int32: 4, UInt32: 4, Float: 4, Double: 8 };
  Object.keys(numbers).forEach(name => (numbers[name] === 1 ? [''] : ['BE', 'LE']).forEach(end => {
    const of = { Float: 'Float32', Double: 'Float64' }[name] || name.replace('UInt', 'Uint');
    Buffer.prototype[`read${name}${end}`] = function (at) { return view(this)[`get${of}`](at || 0, end === 'LE'); };
    Buffer.prototype[`write${name}${end}`] = function (value, at) {
      view(this)[`set${of}`](at || 0, value, end === 'LE');
      return (at || 0) + numbers[name];
    };
  }));
  ['BE', 'LE'].forEach(end => {
    const ordered = (buffer, at, size) => {
      if (!(size >= 1 && size <= 6) || at + size > buffer.length) throw new RangeError('Index is outside the bounds of Buffer');
      const part = listOf(buffer.subarray(at, at + size), (byte, place) => at + place);
      return end === 'BE' ? part : part.reverse();
    };
    const whole = (buffer, at, size) => ordered(buffer, at, size).reduce((sum, place) => sum * 256 + buffer[place], 0);
    Buffer.prototype[`readUInt${end}`] = function (at, size) { return whole(this, at, size); };
    Buffer.prototype[`readInt${end}`] = function (at, size) {
      const read = whole(this, at, size), top = Math.pow(2, 8 * size - 1);
      return read < top ? read : read - 2 * top;
    };
    Buffer.prototype[`writeUInt${end}`] = Buffer.prototype[`writeInt${end}`] = function (value, at, size) {
      let rest = value;
      ordered(this, at, size).reverse().forEach(place => { this[place] = rest & 255; rest = Math.floor(rest / 256); });
      return at + size;
    };
  });
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
  globalThis.TextEncoder = class TextEncoder {
    encode(text) { return bytesOf(text === undefined ? '' : text); }
    encodeInto(text, into) {
      let read = 0, written = 0;
      for (const one of text) {
        const bytes = bytesOf(one);
        if (written + bytes.length > into.length) break;
        into.set(bytes, written);
        read += one.length; written += bytes.length;
      }
      return { read: read, written: written };
    }
  };
  globalThis.TextDecoder = class TextDecoder {
    constructor(encoding, options) {
      if (encoding !== undefined && !/^utf-?8$/i.test(encoding)) throw new RangeError(`The "${encoding}" encoding is not supported`);
      this.encoding = 'utf-8';
      this.fatal = !!(options && options.fatal);
      this.ignoreBOM = !!(options && options.ignoreBOM);
    }
    decode(bytes) {
      const text = bytes === undefined ? '' : spelt(new Uint8Array(bytes.buffer || bytes, bytes.byteOffset || 0, bytes.byteLength), 'utf8');
      if (this.fatal && text.includes('\ufffd')) throw new TypeError('The encoded data was not valid');
      return text.startsWith('\ufeff') && !this.ignoreBOM ? text.slice(1) : text;
    }
  };
  const modules = { crypto: crypto, querystring: querystring, buffer: { Buffer: Buffer } };
  globalThis.require = name => {
    if (!Object.prototype.hasOwnProperty.call(modules, name)) throw new Error(`Cannot load module "${name}"`);
    return modules[name];
  };
})()
