/**
 * How Miko runs its PostgreSQL. Given on the command line, where neither an edited file nor ALTER SYSTEM can change them.
 * An acknowledged write is on disk: fsync, synchronous_commit and full_page_writes say so themselves instead of by default.
 */
export const settings: Readonly<Record<string, string>> = {
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  shared_buffers: '128MB',
  max_connections: '60',
  // One server without standby: the least WAL, and enough of it kept that checkpoints stay rare.
  wal_level: 'minimal',
  max_wal_senders: '0',
  wal_compression: 'pglz', // this build has no lz4
  max_wal_size: '1GB',
  min_wal_size: '80MB',
  checkpoint_timeout: '15min',
  // Otherwise initdb's reading of the machine's time zone holds.
  timezone: 'UTC',
  log_timezone: 'UTC',
  // Miko's queries are short: compiling them costs more than it saves.
  jit: 'off',
  // No network: only processes that can enter the socket folder connect.
  listen_addresses: '',
  unix_socket_permissions: '0700',
};
