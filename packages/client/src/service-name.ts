/** Whether Miko takes it as the name of a service. */
export function isServiceName(name: unknown): boolean {
  return typeof name === 'string' && SERVICE_NAME.test(name);
}

/** What such a name looks like, for messages. */
export const SERVICE_NAME = /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;
