import { useEffect, useRef, useState } from 'preact/hooks';
import { Button } from '../parts/button';
import { Fault } from '../parts/notice';
import { Section } from '../parts/section';
import { bytes as showBytes } from '../parts/sizes';
import { useStore } from '../state/store';
import { align, PAGE, ROW, type Row, rows } from './dump';
import { parseAddress } from './numbers';
import { session } from './state';

interface Seen {
  memory: string;
  address: number;
  bytes: Uint8Array;
}

export function MemoryView() {
  const memories = useStore(session.memories);
  const moment = useStore(session.moment);
  const [chosen, setChosen] = useState('');
  const [address, setAddress] = useState(0);
  const [size, setSize] = useState(0);
  const [shown, setShown] = useState<Row[]>([]);
  const seen = useRef<Seen | null>(null);
  const memory = memories.find(({ name }) => name === chosen)?.name ?? memories[0]?.name;

  useEffect(() => {
    if (memory === undefined) return;
    let current = true;
    void session.peek(memory, address, PAGE).then((found) => {
      if (!current || !found) return;
      const { current: before } = seen;
      const same = before?.memory === memory && before.address === address;
      seen.current = { memory, address, bytes: found.bytes };
      setSize(found.size);
      setShown(rows(address, found.bytes, same ? before.bytes : null));
    });
    return () => {
      current = false;
    };
  }, [memory, address, moment]);

  if (memory === undefined) return null;
  const go = (target: number) => setAddress(align(target, size));
  return (
    <Section
      title="Memory"
      aside={
        memories.length > 1 ? (
          <select
            class="field"
            aria-label="Which memory"
            value={memory}
            onChange={(event) => setChosen(event.currentTarget.value)}
          >
            {memories.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        ) : (
          showBytes(size)
        )
      }
    >
      <Navigation address={address} size={size} go={go} />
      <Dump shown={shown} />
    </Section>
  );
}

function Navigation({ address, size, go }: { address: number; size: number; go: (address: number) => void }) {
  const [text, setText] = useState('');
  const [fault, setFault] = useState('');
  const submit = (event: Event) => {
    event.preventDefault();
    const target = parseAddress(text);
    if (target === undefined) return setFault('write an address like 1024 or 0x400');
    if (target >= size) return setFault(`the memory ends at 0x${size.toString(16)}`);
    setFault('');
    go(target);
  };
  return (
    <>
      <form class="mb-2 flex flex-wrap items-center gap-2" onSubmit={submit}>
        <input
          class="field code w-32"
          aria-label="Address"
          placeholder="0x400"
          value={text}
          spellcheck={false}
          autocomplete="off"
          aria-invalid={fault !== ''}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <Button submit>Go</Button>
        <Button disabled={address === 0} onClick={() => go(address - PAGE)}>
          Back
        </Button>
        <Button disabled={address + PAGE >= size} onClick={() => go(address + PAGE)}>
          Forward
        </Button>
      </form>
      {fault && <Fault>{fault}</Fault>}
    </>
  );
}

function Dump({ shown }: { shown: Row[] }) {
  if (!shown.length) return <p class="text-soft">The memory is empty.</p>;
  const mark = (changed: boolean) => (changed ? 'bg-tint font-bold text-accent' : '');
  return (
    <div class="overflow-x-auto" tabIndex={0} role="region" aria-label="Contents of the memory">
      <table class="font-mono text-xs">
        <tbody>
          {shown.map(({ address, cells }) => (
            <tr key={address}>
              <th scope="row" class="pr-3 text-left font-normal text-soft">
                {address}
              </th>
              {cells.map(({ hex, changed }, at) => (
                <td
                  key={at}
                  class={`${at === ROW / 2 ? 'pl-4' : 'pl-1.5'} ${mark(changed)}`}
                  title={changed ? 'changed' : undefined}
                >
                  {hex}
                </td>
              ))}
              <td class="pl-3 whitespace-pre">
                {cells.map(({ text, changed }, at) => (
                  <span key={at} class={mark(changed)}>
                    {text}
                  </span>
                ))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
