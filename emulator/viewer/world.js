// The world in which CloudFront runs a function, made out of QuickJS before the function is loaded: what is documented
// is there, and nothing else. https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html
// The last value of this script is the driver: load(handler), then run(event, store, now) and answer().
(function (documented, members) {
  'use strict';
  const parse = JSON.parse, print = JSON.stringify, RealDate = Date, construct = Reflect.construct;
  const thenOf = Promise.prototype.then, resolve = Promise.resolve.bind(Promise), has = Object.prototype.hasOwnProperty, namesOf = Object.keys;
  let frozen = 0, seed = 1, store = null, logs = [], selected = null, group = null, settled = null, load = null, loaded = null, logged = 0;

  // Date is frozen at the function's start, and its zone is UTC, whatever this machine's; else it works as ever.
  const local = RealDate.prototype.getTimezoneOffset, utcText = RealDate.prototype.toUTCString;
  const zoned = /(Z|GMT|UTC|[+-][0-9]{2}:?[0-9]{2}\)?)$|^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$/;
  const parsedAsUtc = text => {
    const at = RealDate.parse(text);
    return zoned.test(text) ? at : at - local.call(new RealDate(at)) * 60000;
  };
  function FrozenDate(...given) {
    if (!new.target) return new RealDate(frozen).toString();
    const at = !given.length ? frozen : given.length > 1 ? RealDate.UTC(...given) : typeof given[0] === 'string' ? parsedAsUtc(given[0]) : given[0];
    return construct(RealDate, [at], new.target);
  }
  ['FullYear', 'Month', 'Date', 'Day', 'Hours', 'Minutes', 'Seconds', 'Milliseconds'].forEach(part => {
    RealDate.prototype[`get${part}`] = RealDate.prototype[`getUTC${part}`];
    if (part !== 'Day') RealDate.prototype[`set${part}`] = RealDate.prototype[`setUTC${part}`];
  });
  RealDate.prototype.getTimezoneOffset = () => 0;
  const said = (first, last) => function () {
    const [day, date, month, year, time] = utcText.call(this).replace(',', '').split(' ');
    return [day, month, date, year, time, 'GMT+0000', '(UTC)'].slice(first, last).join(' ');
  };
  RealDate.prototype.toString = RealDate.prototype.toLocaleString = said(0, 7);
  RealDate.prototype.toDateString = RealDate.prototype.toLocaleDateString = said(0, 4);
  RealDate.prototype.toTimeString = RealDate.prototype.toLocaleTimeString = said(4, 7);
  FrozenDate.prototype = RealDate.prototype;
  Object.defineProperty(RealDate.prototype, 'constructor', { value: FrozenDate, writable: true, configurable: true });
  FrozenDate.UTC = RealDate.UTC;
  FrozenDate.parse = parsedAsUtc;
  FrozenDate.now = () => frozen;
  globalThis.Date = FrozenDate;

  // Seeded with the time of the start: xorshift32.
  Math.random = () => {
    seed ^= seed << 13; seed ^= seed >>> 17; seed ^= seed << 5;
    return (seed >>> 0) / 4294967296;
  };

  // console.log takes one argument; 10 KB of logs a run.
  globalThis.console = {
    log: text => {
      const line = typeof text === 'string' ? text : String(print(text));
      logged += line.length;
      if (logged <= 10240) logs.push(line);
    }
  };

  // "Dynamic code evaluation is not supported": eval is gone below, and every function's constructor throws.
  const evaluation = function Function() { throw new EvalError('Code generation from strings disallowed for this context'); };
  [function () {}, async function () {}, function* () {}, async function* () {}].forEach(one => {
    Object.defineProperty(Object.getPrototypeOf(one), 'constructor', { value: evaluation, writable: true, configurable: true });
  });
  evaluation.prototype = Function.prototype;
  globalThis.Function = evaluation;

  const read = (key, options) => {
    if (!has.call(store, key)) throw new Error('KeyNotFound');
    const format = options && options.format || 'string';
    if (format === 'json') return parse(store[key]);
    return format === 'bytes' ? globalThis.Buffer.from(store[key]) : store[key];
  };
  const cf = {
    kvs: () => {
      if (store === null) throw new Error('There is no KeyValueStore associated with this function.');
      const time = new RealDate(frozen).toISOString();
      return {
        get: async (key, options) => read(key, options),
        exists: async key => has.call(store, key),
        meta: async () => ({ creationDateTime: time, lastUpdatedDateTime: time, keyCount: namesOf(store).length })
      };
    },
    edgeLocation: { name: 'LOC1-P1', serverIp: '127.0.0.1', region: 'local' },
    selectRequestOriginById: id => { selected = id; group = null; },
    updateRequestOrigin: () => { throw new Error('This emulator has no updateRequestOrigin.'); },
    createRequestOriginGroup: given => { group = parse(print(given)); }
  };

  const finish = value => { settled = { output: value === undefined ? null : value }; };
  const fail = error => {
    settled = { error: String(error && error.stack ? `${error}\n${error.stack}` : error) };
  };
  const driver = {
    load: given => { load = given; load(cf); },
    stock: storeText => { store = parse(storeText); },
    run: (eventText, now) => {
      frozen = now; seed = (now % 4294967295) | 1; logs = []; logged = 0; selected = null; group = null; settled = null; loaded = null;
      const event = parse(eventText), query = event.request && event.request.rawQueryString;
      if (event.request) event.request.rawQueryString = () => query === null ? undefined : query;
      try {
        loaded = load(cf);
        thenOf.call(resolve(loaded.handler(event)), finish, fail);
      } catch (error) {
        fail(error);
      }
    },
    answer: () => print({ settled: settled, logs: logs, selected: selected, group: group, passed: loaded ? loaded.passed() : 0 })
  };

  for (const [owner, names] of Object.entries(members)) {
    const object = owner.split('.').reduce((found, name) => found[name], globalThis);
    for (const name of Reflect.ownKeys(object)) {
      if (typeof name === 'string' && !names.includes(name)) delete object[name];
    }
  }
  for (const name of Reflect.ownKeys(globalThis)) {
    if (typeof name === 'string' && !documented.includes(name)) delete globalThis[name];
  }
  return driver;
})
