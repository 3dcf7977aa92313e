// The peer's engine as a worker: a line of JSON in, a line of JSON out.
'use strict';
const fs = require('node:fs');
const readline = require('node:readline');
const sharp = require('sharp');

sharp.cache(false); // every request of a function has bytes of its own
sharp.concurrency(1);

async function render(content, asked) {
  return sharp(content, { animated: asked.animated })
    .autoOrient()
    .resize({ width: asked.width, height: asked.height, fit: asked.fit, withoutEnlargement: true })
    .toFormat(asked.format, asked.encoder)
    .toBuffer({ resolveWithObject: true });
}

async function main() {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const asked = JSON.parse(line);
    const content = fs.readFileSync(asked.path);
    const cpu = process.cpuUsage();
    const wall = process.hrtime.bigint();
    const { data, info } = await render(content, asked);
    const spent = process.cpuUsage(cpu);
    const answer = {
      wall: Number(process.hrtime.bigint() - wall) / 1e9,
      cpu: (spent.user + spent.system) / 1e6,
      bytes: data.length,
      width: info.width,
      height: info.pageHeight || info.height,
    };
    if (asked.out) fs.writeFileSync(asked.out, data);
    process.stdout.write(JSON.stringify(answer) + '\n');
  }
}

main();
