import { readArguments, usage } from './arguments.ts';
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
  const asked = readArguments(process.argv.slice(2));
  if (asked === 'help') process.stdout.write(usage);
  else await demo.start(process.env, asked.client);
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
