/** A command of a page, and what the page says it prints. */
export interface Example {
  /** Of the page, counted from 1: where the command begins. */
  readonly line: number;
  readonly script: string;
  /** The block without a language that follows; empty where none does: then it prints nothing. */
  readonly expected: string;
}

/** The ```sh blocks of a page in their order, each with the bare ``` block that follows it directly. */
export function examplesOf(page: string): Example[] {
  const examples: Example[] = [];
  for (const { language, text, line, isNext } of blocksOf(page)) {
    if (language === 'sh') examples.push({ line, script: text, expected: '' });
    else if (language === '' && isNext && examples.length > 0) examples.push({ ...examples.pop()!, expected: text });
  }
  return examples;
}

interface Block {
  readonly language: string;
  readonly text: string;
  readonly line: number;
  /** Nothing stands between the block before and this one. */
  readonly isNext: boolean;
}

function blocksOf(page: string): Block[] {
  const lines = page.split('\n');
  const fences = [...lines.keys()].filter(at => lines[at]!.startsWith('```'));
  if (fences.length % 2 !== 0) throw new Error('a block of the page has no end');
  return fences.filter((_, i) => i % 2 === 0).map((from, i) => {
    const to = fences[i * 2 + 1]!;
    return { language: lines[from]!.slice(3), text: lines.slice(from + 1, to).join('\n'), line: from + 2, isNext: fences[i * 2 - 1] === from - 1 };
  });
}
