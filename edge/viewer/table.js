import cf from 'cloudfront';

// The grammar's table and the stack's settings take this line's place: infra/viewer/table.py says what is in them.
const NAMES = [], LISTED = []; //@ table

// Names and rows apart, in the order of keys: CloudFront's runtime need not keep the order of an object's (njs before
// 0.8.1 does not, where there are many).
function rowOf(name) {
  return LISTED[NAMES.indexOf(name)];
}
