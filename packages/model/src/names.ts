/** Names of objects: a DNS label that begins with a letter (RFC 1123, 63 characters). */
export const OBJECT_NAME = '^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$';
/** Names of endpoint instances: as processes name themselves, host:port included. */
export const INSTANCE_NAME = '^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$';

const object = new RegExp(OBJECT_NAME);
const instance = new RegExp(INSTANCE_NAME);

export const isObjectName = (name: string): boolean => object.test(name);
export const isInstanceName = (name: string): boolean => instance.test(name);

const LABEL = '[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?';
const BYTE = '(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])';
/** A host name (RFC 1123, underscores let through), an IPv4 address, or an IPv6 address without brackets; without a port. */
export const HOST = `^(?:(?![0-9.]+$)${LABEL}(?:[.]${LABEL})*[.]?|${BYTE}(?:[.]${BYTE}){3}|(?=[^:]*:[^:]*:)(?!.*:::)[0-9a-fA-F:.]{2,45})$`;

const UNSPECIFIED_IPV4 = /^(?:0x)?0+(?:[.](?:0x)?0+){0,3}$/i;
const UNSPECIFIED_IPV6 = /^[0:]*:(?:ffff:0{1,4}:0{1,4}|(?:ffff:)?0+(?:[.]0+){3}|0*)$/i;
/** The address to listen on everywhere, however it is spelled (`0.0.0.0`, `::`, `0:0::0`, `::ffff:0.0.0.0`, `0x0`): nobody is called there. */
export const isUnspecified = (host: string): boolean => UNSPECIFIED_IPV4.test(host) || UNSPECIFIED_IPV6.test(host);

/** An absolute address without user and password: whoever may read the list reads it. */
export const PUBLIC_URL = '^[a-z][a-z0-9+.-]*://[\\x21\\x22\\x24-\\x2e\\x30-\\x3e\\x41-\\x7e]+(?:[/?#][\\x21-\\x7e]*)?$';
