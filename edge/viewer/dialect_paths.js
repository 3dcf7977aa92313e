// [uri of the original, the parts that say what of it, the rules to read them by] behind a dialect's path.
function behind(uri, query) {
  return false
    || cdnCgi(uri) //@ cdn-cgi
    || nextImage(uri, query) //@ next
    || awsRequest(uri) //@ aws-json
    || [uri];
}
