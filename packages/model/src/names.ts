/** Names of objects: a DNS label that begins with a letter (RFC 1123, 63 characters). */
export const OBJECT_NAME = '^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$';
/** Names of endpoint instances: as processes name themselves, host:port included. */
export const INSTANCE_NAME = '^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$';

const object = new RegExp(OBJECT_NAME);
const instance = new RegExp(INSTANCE_NAME);

export const isObjectName = (name: string): boolean => object.test(name);
export const isInstanceName = (name: string): boolean => instance.test(name);
