import { Button } from './parts/button';
import { Icon, type IconName } from './parts/icon';
import { bytes } from './parts/sizes';
import { build, buildProblem, connected, version } from './state/server';
import { useStore } from './state/store';
import { nextTheme, theme } from './theme';

const THEMES = { system: ['system', 'as the system'], light: ['sun', 'light'], dark: ['moon', 'dark'] } as const;

export function Header() {
  const known = useStore(build);
  const tool = useStore(version);
  return (
    <div class="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-2.5">
      <h1 class="min-w-0 text-lg font-semibold wrap-anywhere">{known?.project.name ?? 'wasmrun'}</h1>
      {known?.project.language && <span class="tag">{known.project.language}</span>}
      <StateMark />
      {known?.module && (
        <span class="text-sm text-soft" title={`${known.module.path}, ${known.module.size} bytes`}>
          {bytes(known.module.size)}
        </span>
      )}
      <span class="grow" />
      {known?.application && (
        <a class="button button-main" href={known.application}>
          Open the application
          <Icon name="open" />
        </a>
      )}
      <span class="ml-auto flex items-center gap-2 text-sm text-soft">
        <ThemeButton />
        {tool ? `${tool.name} ${tool.version}` : 'wasmrun'}
      </span>
    </div>
  );
}

function StateMark() {
  const known = useStore(build);
  const problem = useStore(buildProblem);
  const online = useStore(connected);
  let [icon, text, tone]: [IconName, string, string] = ['building', 'loading', 'text-soft'];
  if (!online || problem?.status === 0) [icon, text, tone] = ['failed', 'not connected', 'text-warn'];
  else if (known?.state === 'ok') [icon, text, tone] = ['ok', `build ${known.number} is ok`, 'text-good'];
  else if (known?.state === 'failed') [icon, text, tone] = ['failed', `build ${known.number} failed`, 'text-bad'];
  else if (known?.state === 'building') [icon, text, tone] = ['building', 'building', 'text-warn pulse'];
  return (
    <span class={`inline-flex items-center gap-1.5 text-sm font-medium ${tone}`} role="status" aria-live="polite">
      <Icon name={icon} />
      {text}
    </span>
  );
}

function ThemeButton() {
  const chosen = useStore(theme);
  const [icon, name] = THEMES[chosen];
  return <Button look="bare" icon={icon} label={`Theme: ${name}. Change it`} onClick={nextTheme} />;
}
