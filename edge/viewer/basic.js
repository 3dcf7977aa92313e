// Whether the request names a user with his password: RFC 7617, in UTF-8. Base64 that does not print itself is refused.
async function isUser(headers) {
  const sent = headers.authorization, text = /^Basic +(\S+)$/i.exec(sent.value)[1], bytes = Buffer.from(text, 'base64');
  const said = /^([^:]+):([\s\S]*)$/.exec(bytes.toString()), user = await keyOf(`u:${said[1]}`);
  return !sent.multiValue && bytes.toString('base64') === text && same(hmac(user, said[2]), user.hash);
}
