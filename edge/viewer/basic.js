// Whether the request names a user with his password: RFC 7617, in UTF-8. Base64 that does not print itself is refused.
async function isUser(headers) {
  const sent = headers.authorization, text = /^Basic +(\S+)$/i.exec(sent.value)[1], bytes = Buffer.from(text, 'base64');
  const said = bytes.toString(), at = said.indexOf(':');
  const user = await keyOf(`u:${said.slice(0, at)}`);
  return !sent.multiValue && bytes.toString('base64') === text && at > 0 && same(hmac(user, said.slice(at + 1)), user.hash);
}
