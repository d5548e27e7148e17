/**
 * To be imported first by a process that must not outlive the one that started it with an IPC channel: whatever ends the
 * parent, kill -9 included, closes the channel. The process then ends as by SIGTERM, and after 15 s in any case.
 */
const LIMIT_MS = 15_000;

process.once('disconnect', () => {
  setTimeout(() => process.exit(1), LIMIT_MS).unref();
  process.kill(process.pid, 'SIGTERM');
});
// It may have gone while this process was being loaded, when nobody listened.
if (process.send !== undefined && !process.connected) process.exit(1);
// Listening alone must not keep the process running.
process.channel?.unref();
