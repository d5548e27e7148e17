import type { Socket } from 'node:net';

const MOST_CHARS = 1_000;

/** Hands on each line without its end. A longer one than 1,000 characters ends the connection. */
export function readLines(socket: Socket, take: (line: string) => void): void {
  let rest = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) take(line);
    if (rest.length > MOST_CHARS) socket.destroy(new Error(`a line is longer than ${MOST_CHARS} characters`));
  });
}
