import { pino } from 'pino';
import { ConfigError, readConfig } from './config.ts';
import { startMiko, type Miko } from './miko.ts';
import { startFailure } from './start-failure.ts';

/** The server as a process: configuration from the environment, logs as JSON lines to stderr, SIGINT and SIGTERM end it cleanly. */
async function main(): Promise<void> {
  const config = readConfig(process.env);
  const log = pino({ level: config.logLevel, base: null }, pino.destination(2));
  process.on('unhandledRejection', error => {
    log.fatal({ err: error }, 'a promise was lost: this is a defect of Miko');
    process.exit(70);
  });
  const starting = startMiko(config, log);
  let stopping = false;
  const stop = (signal: string): void => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, 'stopping');
    starting.then((miko: Miko) => miko.close()).then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'stopping failed');
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', () => stop('SIGINT'));
  process.on('SIGTERM', () => stop('SIGTERM'));
  await starting;
}

try {
  await main();
} catch (error) {
  console.error(startFailure(error));
  process.exit(error instanceof ConfigError ? 64 : 1);
}
