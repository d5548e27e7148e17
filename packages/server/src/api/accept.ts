/**
 * Whether a caller takes one of these media types: the Accept header (RFC 9110, section 12.5.1). The range that fits a
 * type best decides about it, and `q=0` refuses. A header that cannot be read takes nothing.
 */
export function accepts(header: string | undefined, offered: readonly string[]): boolean {
  if (header === undefined || header.trim() === '') return true;
  const ranges = header.split(',').map(rangeOf);
  return offered.some(type => weightOf(type, ranges) > 0);
}

interface Range {
  readonly name: string;
  readonly weight: number;
}

function rangeOf(text: string): Range {
  const [name, ...parameters] = text.split(';').map(part => part.trim().toLowerCase());
  const weight = parameters.find(parameter => parameter.startsWith('q='))?.slice(2);
  return { name: name!, weight: weight === undefined ? 1 : Number(weight) || 0 };
}

function weightOf(type: string, ranges: readonly Range[]): number {
  for (const name of [type, `${type.slice(0, type.indexOf('/'))}/*`, '*/*']) {
    const weights = ranges.filter(range => range.name === name).map(range => range.weight);
    if (weights.length > 0) return Math.max(...weights);
  }
  return 0;
}
