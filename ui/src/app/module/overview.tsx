import type { ModuleInfo } from '../../wire/inspect';
import { Fact, Facts } from '../parts/facts';
import { Section } from '../parts/section';
import { bytes, change, count } from '../parts/sizes';
import { build } from '../state/server';
import { useStore } from '../state/store';
import { Sparkline } from './sparkline';

const ROLES: Record<string, string> = {
  command: 'a command, which runs and ends',
  reactor: 'a reactor, which is initialised and then called',
  library: 'a library, whose functions are called',
  side_module: 'a side module, loaded into the memory of another',
  object: 'an object file, which is not linked yet',
};

export function Overview({ document }: { document: ModuleInfo }) {
  return (
    <div class="grid items-stretch gap-3 lg:grid-cols-2">
      <Section title="Overview">
        <What document={document} />
      </Section>
      <Section title="Size">
        <Size document={document} />
      </Section>
    </div>
  );
}

function What({ document }: { document: ModuleInfo }) {
  const { role, origins, producers, proposals } = document;
  const tools = producers ? [...producers.languages, ...producers.processed_by, ...producers.sdks] : [];
  return (
    <Facts>
      <Fact name="Kind">{document.kind}</Fact>
      {role && (
        <Fact name="Role">
          {ROLES[role.kind] ?? role.kind} <span class="text-soft">({role.because.replaceAll('`', '')})</span>
        </Fact>
      )}
      {origins.length > 0 && (
        <Fact name="Made by">
          {origins.map(({ tool, because }) => (
            <span key={tool} class="block">
              {tool} <span class="text-soft">({because.replaceAll('`', '')})</span>
            </span>
          ))}
        </Fact>
      )}
      {tools.length > 0 && (
        <Fact name="Producers">{tools.map(({ name, version }) => `${name} ${version}`.trim()).join(', ')}</Fact>
      )}
      <Fact name="Proposals">{proposals.length ? proposals.join(', ') : 'none'}</Fact>
      {document.kind === 'module' && (
        <Fact name="Functions">
          {count(document.functions.defined, 'function')}, {count(document.functions.imported, 'import')},{' '}
          {bytes(document.functions.code_size)} of code
        </Fact>
      )}
      {document.kind === 'module' && document.start && (
        <Fact name="Start">{document.start.name ?? `function ${document.start.index}`} runs on instantiation</Fact>
      )}
      {!!document.debug?.dwarf_sections && <Fact name="Debug data">{bytes(document.debug.dwarf_size)} of DWARF</Fact>}
    </Facts>
  );
}

function Size({ document }: { document: ModuleInfo }) {
  const known = useStore(build);
  const gzip = known?.module?.gzip ?? document.gzip_size;
  const brotli = known?.module?.brotli ?? document.brotli_size;
  const sizes = (known?.history ?? []).flatMap(({ number, size }) => (size === null ? [] : [{ number, size }]));
  const [before, latest] = [sizes.at(-2), sizes.at(-1)];
  return (
    <>
      <dl class="flex flex-wrap gap-x-8 gap-y-2">
        {[
          ['as it is', document.size],
          ['gzip', gzip],
          ['brotli', brotli],
        ].map(([name, size]) => (
          <div key={name}>
            <dt class="text-sm text-soft">{name}</dt>
            <dd
              class="text-xl font-semibold tabular-nums"
              title={typeof size === 'number' ? `${size} bytes` : undefined}
            >
              {typeof size === 'number' ? bytes(size) : 'not measured'}
            </dd>
          </div>
        ))}
      </dl>
      {before && latest ? (
        <>
          <p class="mt-3 mb-1 text-sm">
            {change(before.size, latest.size)} <span class="text-soft">since build {before.number}</span>
          </p>
          <Sparkline points={sizes} />
        </>
      ) : (
        <p class="mt-3 text-sm text-soft">The next build shows how the size changes.</p>
      )}
    </>
  );
}
