/** Light, dark, or as the system has it. */
import { overlay } from './state/server';
import { remember, remembered, Store } from './state/store';

export type Theme = 'system' | 'light' | 'dark';

const KEY = 'wasmrun:theme';
const ORDER: Theme[] = ['system', 'light', 'dark'];

export const theme = new Store<Theme>(ORDER.find((one) => one === remembered(KEY, 'system')) ?? 'system');

export function applyTheme(): void {
  const chosen = theme.value === 'system' ? '' : theme.value;
  if (chosen) document.documentElement.dataset.theme = chosen;
  else delete document.documentElement.dataset.theme;
  overlay.theme(chosen);
}

export function nextTheme(): void {
  theme.update((now) => ORDER[(ORDER.indexOf(now) + 1) % ORDER.length] as Theme);
  remember(KEY, theme.value);
  applyTheme();
}
