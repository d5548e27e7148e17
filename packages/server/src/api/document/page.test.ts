import { createHash } from 'node:crypto';
import { apiDates, newestApiDate } from '@miko/model';
import { describe, expect, it } from 'vitest';
import { declaredOperations } from '../../operations.ts';
import { escaped } from './html.ts';
import { openapi } from './openapi.ts';
import { page } from './page.ts';
import { pageStyle, pageStyleSource } from './page-style.ts';

const operations = declaredOperations();
const EMPTY = new Set(['meta', 'wbr', 'br', '!doctype']);

/** The names of elements that are not closed where they should be; empty: the page is well formed. */
function misnested(html: string): string[] {
  const open: string[] = [];
  const wrong: string[] = [];
  for (const [, slash, name] of html.replace(/<style>[^]*?<\/style>/, '').matchAll(/<(\/?)([a-z!][a-z0-9]*)[^>]*>/g)) {
    if (EMPTY.has(name!)) continue;
    if (slash === '') open.push(name!);
    else if (open.pop() !== name) wrong.push(name!);
  }
  return [...wrong, ...open];
}

describe.each(apiDates.map(date => [date, page(openapi(operations, date), pageStyle)] as const))('the page of %s', (date, html) => {
  it('is ASCII, well formed, and makes nothing run or load', () => {
    expect(html).toMatch(/^[\x20-\x7e\n]*$/);
    expect(misnested(html)).toEqual([]);
    expect(html).not.toMatch(/<script|<img|<link|<iframe|<form| on[a-z]+=| style=|javascript:|url\(|@import/i);
    expect([...html.matchAll(/href="([^"]+)"/g)].map(([, href]) => href!).filter(href => !href.startsWith('#'))).toEqual(['/openapi.json']);
  });

  it('leads to every operation, and nowhere else', () => {
    const ids = [...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id!);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { id } of operations.filter(({ since }) => since <= date)) expect(ids).toContain(id);
    for (const [, target] of html.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(target);
  });

  it('shows for each operation a line to try it', () => {
    expect([...html.matchAll(/curl (-N )?-X [A-Z]+ &#34;\$MIKO_URL\//g)]).toHaveLength(operations.filter(({ since }) => since <= date).length);
    expect(html).not.toMatch(/\$MIKO_URL[^&\n]*\{/);
  });

  it('fits a phone, and looks light or dark as its reader does', () => {
    expect(html).toContain('<meta name="viewport" content="width=device-width, initial-scale=1">');
    expect(pageStyle).toContain('prefers-color-scheme:dark');
  });
});

it('the policy names the style by its hash', () => {
  const inPage = /<style>([^]*?)<\/style>/.exec(page(openapi(operations, newestApiDate), pageStyle))![1]!;
  expect(pageStyleSource).toBe(`'sha256-${createHash('sha256').update(inPage).digest('base64')}'`);
});

it('text is never markup', () => {
  expect(escaped('<b a="1" c=\'2\'>&\u00e9\u{1f600}</b>')).toBe('&#60;b a=&#34;1&#34; c=&#39;2&#39;&#62;&#38;&#233;&#128512;&#60;/b&#62;');
});
