export { eventually } from './eventually.ts';
export { freePort, MikoProcess, processesWith, type MikoOptions, type Reply } from './miko-process.ts';
export { endpointPath, openSession, registration, type OpenSession } from './registration.ts';
export { StreamReader, type Frame } from './stream-reader.ts';
