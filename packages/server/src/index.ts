export { ConfigError, readConfig, type Config } from './config.ts';
export { startMiko, type Miko } from './miko.ts';
export { declaredOperations } from './operations.ts';
export type { DeclaredAnswer, Operation } from './api/operation.ts';
export type { Answer, Call, Sink } from './api/call.ts';
