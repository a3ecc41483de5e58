/** Arguments, environment, clocks, random numbers and the end. */
import type { Calls, Context } from './context';
import { Exit, fail } from './errno';
import { now } from './tree';

const encoder = new TextEncoder();
/** `getRandomValues` takes no more at a time. */
const RANDOM_MOST = 65_536;

const started = performance.now();

export function system({ memory, args, env }: Context): Calls {
  const list = (texts: string[]) => {
    const encoded = texts.map((text) => encoder.encode(`${text}\0`));
    return {
      sizes(count: number, size: number): void {
        memory.setU32(count, encoded.length);
        memory.setU32(
          size,
          encoded.reduce((sum, one) => sum + one.length, 0),
        );
      },
      get(pointers: number, buffer: number): void {
        encoded.forEach((one, at) => {
          memory.setU32(pointers + at * 4, buffer);
          memory.set(buffer, one);
          buffer += one.length;
        });
      },
    };
  };
  const [given, variables] = [list(args), list(env)];

  return {
    args_sizes_get: given.sizes,
    args_get: given.get,
    environ_sizes_get: variables.sizes,
    environ_get: variables.get,

    clock_res_get(clock: number, result: number): void {
      clockTime(clock);
      // Browsers blur time, less so where the page is isolated.
      memory.setU64(result, globalThis.crossOriginIsolated ? 5_000n : 100_000n);
    },
    clock_time_get(clock: number, _precision: bigint, result: number): void {
      memory.setU64(result, clockTime(clock));
    },

    random_get(pointer: number, length: number): void {
      const target = memory.bytes(pointer, length);
      for (let at = 0; at < target.length; at += RANDOM_MOST) {
        const part = new Uint8Array(Math.min(RANDOM_MOST, target.length - at));
        target.set(crypto.getRandomValues(part), at);
      }
    },

    sched_yield(): void {},
    proc_exit(code: number): void {
      throw new Exit(code >>> 0);
    },
    /** As a shell tells it: 128 and the signal's number. */
    proc_raise(signal: number): void {
      if (signal === 0) return;
      if (signal > 31) fail('inval');
      throw new Exit(128 + signal);
    },

    sock_accept: () => fail('notsock'),
    sock_recv: () => fail('notsock'),
    sock_send: () => fail('notsock'),
    sock_shutdown: () => fail('notsock'),
  };
}

/** Nanoseconds. The processor's clocks count what the worker has lived. */
export function clockTime(clock: number): bigint {
  if (clock === 0) return now();
  if (clock === 1) return nanoseconds(performance.now());
  if (clock === 2 || clock === 3) return nanoseconds(performance.now() - started);
  return fail('inval');
}

function nanoseconds(milliseconds: number): bigint {
  return BigInt(Math.round(milliseconds * 1e6));
}
