// /_next/image?url=%2Fcats%2F1.jpg&w=640&q=75; its url is a URL's path, with letters that no URL has as they are.
function nextImage(uri, query) {
  const urls = sentParts(query).filter(part => part.name === 'url'), url = urls[0] && urls[0].text;
  if (uri === '/_next/image') {
    if (urls[1] || !/^\/[^?#]*$/.test(url)) refusePath('one url, a path of this stack', query);
    return [url.replace(/[^!-~]+/g, encodeURIComponent), [], NEXT];
  }
}
