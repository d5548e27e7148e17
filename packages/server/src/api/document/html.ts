/** Text as HTML, in ASCII: an answer leaves in one write with its head. */
export const escaped = (text: string): string =>
  text.replace(/[&<>"']|[^\x20-\x7e\n]/gu, character => `&#${character.codePointAt(0)};`);

/** Words in which `code` stands between backticks. Paragraphs are set apart by an empty line. */
export const prose = (text: string): string => text.split('\n\n').map(paragraph => `<p>${inline(paragraph)}</p>`).join('');

export const inline = (text: string): string => escaped(text).replace(/`([^`\n]+)`/g, '<code>$1</code>');
