/** What pages of the application have logged. */
import type { Level } from '../../wire/messages';
import { Store } from './store';

export interface ConsoleEntry {
  id: number;
  level: Level;
  text: string;
  at: Date;
  /** How often the same came in a row. */
  times: number;
}

const MOST = 1000;

export const entries = new Store<ConsoleEntry[]>([]);
let last = 0;

export function addConsole(level: Level, text: string): void {
  entries.update((known) => {
    const before = known.at(-1);
    if (before?.level === level && before.text === text) {
      return [...known.slice(0, -1), { ...before, times: before.times + 1, at: new Date() }];
    }
    return [...known.slice(1 - MOST), { id: ++last, level, text, at: new Date(), times: 1 }];
  });
}
