import { useEffect } from 'preact/hooks';
import { Store, useStore } from './state/store';

export interface Tab {
  id: string;
  title: string;
  /** A number beside the title, such as that of errors. */
  badge?: number;
}

const fromHash = () => location.hash.slice(1);

export const wanted = new Store(fromHash());
addEventListener('hashchange', () => wanted.set(fromHash()));

export function choose(id: string): void {
  history.replaceState(null, '', `#${id}`);
  wanted.set(id);
}

export function TabList({ tabs, active }: { tabs: Tab[]; active: string }) {
  useStore(wanted);
  useEffect(() => {
    // On a narrow screen the list scrolls.
    document.getElementById(`tab-${active}`)?.scrollIntoView?.({ block: 'nearest', inline: 'nearest' });
  }, [active]);

  const key = (event: KeyboardEvent) => {
    const at = tabs.findIndex((tab) => tab.id === active);
    const moves: Record<string, number> = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: tabs.length - 1 };
    const target = moves[event.key];
    if (target === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const tab = tabs[(target + tabs.length) % tabs.length] as Tab;
    choose(tab.id);
    document.getElementById(`tab-${tab.id}`)?.focus();
  };

  return (
    <div
      class="flex overflow-x-auto overflow-y-hidden border-b border-line px-2"
      role="tablist"
      aria-label="Views"
      onKeyDown={key}
    >
      {tabs.map(({ id, title, badge }) => (
        <button
          key={id}
          type="button"
          role="tab"
          class="tab"
          id={`tab-${id}`}
          aria-controls={`panel-${id}`}
          aria-selected={id === active}
          tabIndex={id === active ? 0 : -1}
          onClick={() => choose(id)}
        >
          {title}
          {!!badge && <span class="tag ml-1.5">{badge}</span>}
        </button>
      ))}
    </div>
  );
}
