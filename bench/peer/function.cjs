// The peer's function: the same event, the same work with sharp and AWS's SDK, written as such functions are.
// GET the original, render, PUT the variant, answer with its bytes in base64. It does not look whether the original
// changed meanwhile, as none of the published ones does.
'use strict';
const { GetObjectCommand, PutObjectCommand, S3Client } = require('@aws-sdk/client-s3');
const sharp = require('sharp');

const s3 = new S3Client({
  region: 'eu-central-1',
  ...(process.env.BENCH_S3 ? { endpoint: process.env.BENCH_S3 } : {}),
});
const formats = { jpg: 'jpeg', webp: 'webp', avif: 'avif' };

async function handler(event) {
  const { request } = event.Records[0].cf;
  const at = request.uri.lastIndexOf('/');
  const original = decodeURIComponent(request.uri.slice(1, at));
  const options = new Map(request.uri.slice(at + 1).split(',').slice(1).map((each) => each.split('=')));
  const found = await s3.send(new GetObjectCommand({ Bucket: 'originals', Key: original }));
  const content = await found.Body.transformToByteArray();
  const format = formats[options.get('f')];
  const body = await sharp(content)
    .autoOrient()
    .resize({ width: Number(options.get('w')), withoutEnlargement: true })
    .toFormat(format)
    .toBuffer();
  const headers = { ContentType: 'image/' + format, CacheControl: 'public, max-age=300, s-maxage=31536000' };
  await s3.send(new PutObjectCommand({ Bucket: 'variants', Key: 'v' + request.uri, Body: body, ...headers }));
  return {
    status: '200',
    statusDescription: 'OK',
    headers: {
      'content-type': [{ key: 'Content-Type', value: headers.ContentType }],
      'cache-control': [{ key: 'Cache-Control', value: headers.CacheControl }],
    },
    bodyEncoding: 'base64',
    body: body.toString('base64'),
  };
}

module.exports = { handler };
