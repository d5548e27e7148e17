/** The same as in package.json; a test holds the two together. */
export const VERSION = '0.1.0';

/** The API date this package was written for, sent with each call: what the credential is pinned to changes nothing. */
export const API_DATE = '2026-12-01';

export const USER_AGENT = `miko-client-ts/${VERSION} (node ${process.versions.node})`;
