import cf from 'cloudfront';

const TABLE = {}, STACK = {}; //@ table
