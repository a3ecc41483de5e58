/** Whether one module can take the place of another while a page goes on. */

export type Exported = { name: string; kind: string };

/** The first export that is gone or has become something else. */
export function lostExport(old: Exported[], fresh: Exported[]): string | undefined {
  return old.find(({ name, kind }) => !fresh.some((one) => one.name === name && one.kind === kind))?.name;
}

/** The first function that takes another number of parameters. */
export function changedFunction(old: Record<string, any>, fresh: Record<string, any>): string | undefined {
  return Object.keys(old).find((name) => typeof old[name] === 'function' && old[name].length !== fresh[name]?.length);
}

/** What `wasmrun_save` returns: a pointer in the upper half, a length in the lower. */
export function unpack(saved: bigint): [pointer: number, length: number] {
  return [Number(BigInt.asUintN(32, saved >> 32n)), Number(BigInt.asUintN(32, saved))];
}
