// The peer's function as a process: `once` for a cold start, `on` for a warm one. Arguments: mode, the function's file.
'use strict';
const dns = require('node:dns');
const readline = require('node:readline');

// Every name leads to the stand-in for S3.
dns.lookup = (name, options, done) => {
  const told = typeof options === 'function' ? options : done;
  const all = typeof options === 'object' && options.all;
  process.nextTick(() => (all ? told(null, [{ address: '127.0.0.1', family: 4 }]) : told(null, '127.0.0.1', 4)));
};

async function main() {
  const { handler } = require(process.argv[3]);
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const event = JSON.parse(line);
    const cpu = process.cpuUsage();
    const wall = process.hrtime.bigint();
    const answered = JSON.stringify(await handler(event));
    const spent = process.cpuUsage(cpu);
    if (process.argv[2] === 'once') {
      process.stdout.write(answered + '\n', () => process.exit(0));
      return;
    }
    const told = {
      wall: Number(process.hrtime.bigint() - wall) / 1e9,
      cpu: (spent.user + spent.system) / 1e6,
      bytes: answered.length,
      status: Number(JSON.parse(answered).status),
    };
    process.stdout.write(JSON.stringify(told) + '\n');
  }
}

main();
