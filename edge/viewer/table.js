import cf from 'cloudfront';

// The grammar's table and the stack's settings take this line's place: infra/viewer/table.py says what is in them.
const ROWS = {}; //@ table

const NAMES = Object.keys(ROWS);
