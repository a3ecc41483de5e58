import type { ComponentChild } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Build } from '../wire/api';
import type { ModuleInfo } from '../wire/inspect';
import { BuildView } from './build/view';
import { ConsoleView } from './console/view';
import { Header } from './header';
import { ModuleView } from './module/view';
import { ProblemNotice } from './parts/notice';
import { callable } from './play/functions';
import { PlayView } from './play/view';
import { RunView } from './run/view';
import { build, buildProblem, info } from './state/server';
import { entries } from './state/console';
import { Store, useStore } from './state/store';
import { type Tab, TabList, wanted } from './tabs';

/** Which view is open; the overlay asks. */
export const open = new Store('build');

const VIEWS: Record<string, () => ComponentChild> = {
  run: () => <RunView />,
  play: () => <PlayView />,
  module: () => <ModuleView />,
  build: () => <BuildView />,
  console: () => <ConsoleView />,
};

function tabsFor(known: Build | null, document: ModuleInfo | null): Tab[] {
  const tabs: Tab[] = [];
  if (known?.page === 'command') tabs.push({ id: 'run', title: 'Run' });
  if (known?.page === 'library' || callable(document)) tabs.push({ id: 'play', title: 'Playground' });
  const faults = known?.diagnostics.filter((one) => one.severity !== 'note').length ?? 0;
  tabs.push({ id: 'module', title: 'Module' }, { id: 'build', title: 'Build', badge: faults });
  return tabs;
}

function first(known: Build | null): string {
  return { command: 'run', library: 'play', application: 'build', module: 'module' }[known?.page ?? 'application'];
}

export function App() {
  const known = useStore(build);
  const document_ = useStore(info);
  const problem = useStore(buildProblem);
  const hash = useStore(wanted);
  const logged = useStore(entries);
  const seen = useRef(new Set<string>());

  const errors = logged.filter((entry) => entry.level === 'error').length;
  const tabs = [...tabsFor(known, document_), { id: 'console', title: 'Console', badge: errors }];
  const active = (
    tabs.find((tab) => tab.id === hash) ??
    tabs.find((tab) => tab.id === first(known)) ??
    (tabs[0] as Tab)
  ).id;
  open.set(active);
  seen.current.add(active);
  useEffect(() => {
    document.title = known ? `${known.state === 'failed' ? 'failed: ' : ''}${known.project.name} - wasmrun` : 'wasmrun';
  }, [known?.state, known?.project.name]);

  return (
    <div class="flex min-h-full flex-col">
      <header class="bg-paper">
        <Header />
        <TabList tabs={tabs} active={active} />
      </header>
      <main class="flex min-h-0 grow flex-col">
        {!known && problem && <ProblemNotice problem={problem} />}
        {known &&
          tabs.map(({ id }) => (
            // A view that was opened once stays, so that a program goes on while another is looked at.
            <div
              key={id}
              role="tabpanel"
              id={`panel-${id}`}
              aria-labelledby={`tab-${id}`}
              hidden={id !== active}
              class={id === active ? 'mx-auto flex w-full max-w-7xl grow flex-col p-3 sm:p-4' : ''}
            >
              {seen.current.has(id) && VIEWS[id]?.()}
            </div>
          ))}
      </main>
    </div>
  );
}
