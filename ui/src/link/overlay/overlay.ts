/** What lies over a page: the failure of a build, and small marks in a corner. */
import type { Failure } from '../../wire/diagnostics';
import { copy } from '../clipboard';
import { element } from './element';
import { failureNodes } from './failure';
import { makeMarks } from './marks';
import style from './overlay.css?inline';

export type Overlay = ReturnType<typeof makeOverlay>;

export function makeOverlay() {
  const title = element('h2', { id: 'title' });
  const said = element('small', { role: 'status' });
  const body = element('div', { id: 'body', tabindex: '0' });
  const copyAll = element('button', {}, 'Copy all');
  const close = element('button', {}, 'Close');
  const panel = element(
    'div',
    {
      id: 'panel',
      role: 'alertdialog',
      'aria-modal': 'true',
      'aria-labelledby': 'title',
      'aria-describedby': 'body',
      tabindex: '-1',
    },
    element('div', { id: 'head' }, title, said, copyAll, close),
    body,
  );
  const back = element('div', { id: 'back', hidden: '' }, panel);
  const host = document.createElement('wasmrun-overlay');
  const root = host.attachShadow({ mode: 'open' });
  const { node, mark } = makeMarks(attach);
  let before: Element | null = null;

  // A constructed sheet is allowed where a page's policy forbids inline styles.
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(style);
  root.adoptedStyleSheets = [sheet];
  root.append(back, node);

  // Frameworks may empty the body; the root element stays.
  function attach(): void {
    if (!host.isConnected) document.documentElement.append(host);
  }

  async function copyText(text: string, name: string): Promise<void> {
    said.textContent = (await copy(text)) ? `copied ${name}` : 'the browser did not allow copying';
  }

  function hide(): void {
    if (back.hidden) return;
    back.hidden = true;
    if (before instanceof HTMLElement) before.focus();
  }

  copyAll.onclick = () => {
    const folded = body.querySelector('details:not([open]) pre')?.textContent ?? '';
    return copyText(`error: ${title.textContent}\n${body.innerText}\n${folded}`, 'all of it');
  };
  close.onclick = hide;
  panel.onkeydown = (event) => {
    // The page's own shortcuts must not see what is typed here.
    event.stopPropagation();
    if (event.key === 'Escape') hide();
    if (event.key !== 'Tab') return;
    const stops = [...panel.querySelectorAll<HTMLElement>('button, summary, #body')];
    const at = stops.indexOf(root.activeElement as HTMLElement) + (event.shiftKey ? -1 : 1);
    event.preventDefault();
    stops.at(at < 0 ? -1 : at % stops.length)?.focus();
  };

  return {
    hide,
    show(failure: Failure): void {
      attach();
      title.textContent = failure.message;
      said.textContent = '';
      body.replaceChildren(...failureNodes(failure, (at) => copyText(at, at)));
      if (back.hidden) {
        before = document.activeElement;
        back.hidden = false;
      }
      if (!root.activeElement) panel.focus();
    },
    building: (on: boolean) => mark('building', on, 150),
    lost: (on: boolean, after = 2000) => mark('lost', on, after),
    /** A theme other than the system's. */
    theme(name: 'light' | 'dark' | ''): void {
      back.style.colorScheme = node.style.colorScheme = name;
    },
  };
}
