/** The numbers of WASI preview 1. */
export const Errno = {
  success: 0,
  again: 6,
  badf: 8,
  exist: 20,
  fault: 21,
  fbig: 22,
  ilseq: 25,
  inval: 28,
  isdir: 31,
  mfile: 33,
  nametoolong: 37,
  noent: 44,
  nospc: 51,
  nosys: 52,
  notdir: 54,
  notempty: 55,
  notsock: 57,
  notsup: 58,
  perm: 63,
  spipe: 70,
  notcapable: 76,
} as const;

/** Thrown inside a call; the program gets the number. */
export class WasiError extends Error {
  constructor(readonly errno: number) {
    super(`errno ${errno}`);
  }
}

export function fail(name: keyof typeof Errno): never {
  throw new WasiError(Errno[name]);
}

/** The program has asked to end. */
export class Exit {
  constructor(readonly code: number) {}
}

/** The page has asked to stop. */
export class Stopped {}

export const FileType = { character: 2, directory: 3, regular: 4 } as const;
