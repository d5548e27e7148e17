export { ConfigError, readConfig, type Config } from './config.ts';
export { startMiko, type Miko } from './miko.ts';
