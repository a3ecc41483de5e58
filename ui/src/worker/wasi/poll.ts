/** `poll_oneoff`: waits for clocks and streams. */
import type { Calls, Context } from './context';
import { Errno, fail, WasiError } from './errno';
import { clockTime } from './system';

const CLOCK = 0;
const READ = 1;
const ABSOLUTE = 1;
const EVENT = 32;

interface Clock {
  userdata: bigint;
  /** When it rings, by `performance.now()`. */
  at: number;
}

interface Event {
  userdata: bigint;
  type: number;
  errno: number;
  bytes: bigint;
}

export function poll(context: Context): Calls {
  const { memory, table, streams, old } = context;
  const size = old ? 56 : 48;

  function clock(at: number): number {
    // The older version has an identifier of the caller's first.
    const from = at + (old ? 24 : 16);
    const id = memory.u32(from);
    const timeout = memory.u64(from + 8);
    const relative = memory.u16(from + 24) & ABSOLUTE ? timeout - clockTime(id) : (clockTime(id), timeout);
    return performance.now() + Math.max(0, Number(relative) / 1e6);
  }

  /** What to say of a descriptor at once, or nothing if it is to be waited for. */
  function ask(fd: number, type: number): { errno: number; bytes: bigint } | null {
    const found = table.get(fd);
    if (type === READ && found.kind === 'stream' && found.stream === 0)
      return streams.ready() ? { errno: 0, bytes: 1n } : null;
    if (found.kind === 'file' && type === READ) {
      return { errno: 0, bytes: BigInt(Math.max(0, found.node.size - found.position)) };
    }
    return { errno: 0, bytes: 65_536n };
  }

  return {
    poll_oneoff(subscriptions: number, result: number, count: number, happened: number): void {
      if (count === 0) fail('inval');
      const events: Event[] = [];
      const clocks: Clock[] = [];
      const inputs: Event[] = [];
      for (let n = 0; n < count >>> 0; n++) {
        const at = subscriptions + n * size;
        const type = memory.u8(at + 8);
        const event: Event = { userdata: memory.u64(at), type, errno: Errno.success, bytes: 0n };
        try {
          if (type === CLOCK) {
            clocks.push({ userdata: event.userdata, at: clock(at) });
            continue;
          }
          const answer = ask(memory.u32(at + 16), type);
          if (answer) events.push({ ...event, ...answer });
          else inputs.push({ ...event, bytes: 1n });
        } catch (error) {
          if (!(error instanceof WasiError)) throw error;
          events.push({ ...event, errno: error.errno });
        }
      }

      const first = Math.min(...clocks.map((one) => one.at));
      for (;;) {
        const now = performance.now();
        if (inputs.length && streams.ready()) events.push(...inputs);
        for (const one of clocks) {
          if (one.at <= now) events.push({ userdata: one.userdata, type: CLOCK, errno: Errno.success, bytes: 0n });
        }
        if (events.length) break;
        streams.sleep(first - now, inputs.length > 0);
      }

      events.forEach((event, n) => {
        const at = result + n * EVENT;
        memory.zero(at, EVENT);
        memory.setU64(at, event.userdata);
        memory.setU16(at + 8, event.errno);
        memory.setU8(at + 10, event.type);
        memory.setU64(at + 16, event.bytes);
      });
      memory.setU32(happened, events.length);
    },
  };
}
