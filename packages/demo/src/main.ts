import { Demo } from './demo.ts';
import { DemoError } from './settings.ts';

/** `npm start`: Miko, its fleet and the client's lines, until Ctrl-C. */
const demo = new Demo(text => process.stdout.write(`${text}\n`));
let isStopping = false;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
// Started by `npm start`, whose end is our end.
process.once('disconnect', stop);
process.channel?.unref();
// The reader of our lines is gone, as after `npm start | head`.
process.stdout.on('error', stop);

try {
  if (process.argv.length > 2) throw new DemoError(`unknown argument ${process.argv[2]}: npm start takes --no-demo, which starts Miko alone`);
  await demo.start(process.env);
} catch (error) {
  if (!isStopping) {
    console.error(error instanceof DemoError ? error.message : error);
    process.exitCode = 1;
  }
}

function stop(): void {
  if (isStopping) return;
  isStopping = true;
  process.stdout.write('\nStopping ...\n');
  demo.stop().then(
    () => {
      process.stdout.write('Stopped: no process is left\n');
      process.exit(0);
    },
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
}
