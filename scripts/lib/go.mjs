// The Go that the Go SDK is tested and run with: the machine's own.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const candidates = ['go', '/usr/local/go/bin/go'];

/** `{path}` of its command, or `{missing}`, a sentence. */
export function goReady() {
  const command = candidates.find(isGo124);
  if (command === undefined) return { missing: 'the Go SDK needs Go 1.24 or newer' };
  return { path: join(tell(command, 'GOROOT'), 'bin/go') };
}

function isGo124(command) {
  const [, major, minor] = /^go(\d+)\.(\d+)/.exec(tell(command, 'GOVERSION')) ?? [];
  return Number(major) > 1 || Number(minor) >= 24;
}

function tell(command, name) {
  return spawnSync(command, ['env', name], { encoding: 'utf8' }).stdout?.trim() ?? '';
}
