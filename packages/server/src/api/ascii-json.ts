/** JSON in ASCII alone: such a body is sent as latin1 text, joined with its head in one write. */
export const asciiJson = (value: unknown): string => {
  const text = JSON.stringify(value);
  // eslint-disable-next-line no-control-regex
  return /[^\x00-\x7f]/.test(text) ? text.replace(/[^\x00-\x7f]/g, c => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`) : text;
};
