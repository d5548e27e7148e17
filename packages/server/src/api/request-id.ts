import { randomBytes } from 'node:crypto';

const process = randomBytes(8).toString('hex');
let count = 0;

/** Names one request in answers and logs: random for each process, counted within it. */
export const newRequestId = (): string => `req_${process}${(++count).toString(36).padStart(7, '0')}`;
