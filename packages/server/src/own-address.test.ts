import { createServer, type AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { ownAddress } from './own-address.ts';

test('a port that something listens on is named, with the variable that says another one', async () => {
  const other = createServer();
  onTestFinished(() => void other.close());
  await new Promise<void>(resolve => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  await expect(ownAddress('127.0.0.1', port)).rejects.toThrow(`MIKO_LISTEN: something listens on 127.0.0.1:${port} already, perhaps another Miko: set another host:port`);
});

test('a free one is left free', async () => {
  await ownAddress('127.0.0.1', 0);
  const probe = createServer();
  await new Promise<void>(resolve => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise(resolve => probe.close(resolve));
  await ownAddress('127.0.0.1', port);
  await ownAddress('127.0.0.1', port);
});

test('an address that is none of this machine is told as such', async () => {
  await expect(ownAddress('127.0.0.1.', 1)).rejects.toThrow(/^MIKO_LISTEN: Miko cannot listen on 127\.0\.0\.1\.:1 \(E\w+\)/);
});
