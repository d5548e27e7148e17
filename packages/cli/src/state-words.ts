import type { Cell } from './table.ts';

/** Colours that help the eye; the word beside them always says the same. */
const styles: { readonly [word: string]: NonNullable<Cell['style']> } = {
  passing: 'green',
  known: 'green',
  active: 'green',
  running: 'green',
  ready: 'green',
  warning: 'yellow',
  starting: 'yellow',
  draining: 'yellow',
  empty: 'yellow',
  unknown: 'magenta',
  critical: 'red',
  denied: 'red',
  stopped: 'red',
};

export function wordCell(word: string): Cell {
  const style = styles[word];
  return style === undefined ? { text: word } : { text: word, style };
}

/** `held`: its session is overdue, and a mass expiry is being held. */
export const healthCell = (endpoint: { readonly health: string; readonly held?: boolean }): Cell => {
  const cell = wordCell(endpoint.health);
  return endpoint.held === true ? { ...cell, text: `${cell.text} (held)` } : cell;
};

export const stateCell = (endpoint: { readonly state: string }): Cell => wordCell(endpoint.state);
