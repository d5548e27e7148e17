export { readConnections, type Connections, type FoundConnection, type SkippedConnection } from './connections/read-connections.ts';
export { exitCodes } from './exit-codes.ts';
export { runCommandLine } from './command-line.ts';
