/** What a descriptor may be used for. All of them fit in 30 bits. */
const bit = (at: number) => 2 ** at;

export const Right = {
  read: bit(1),
  seek: bit(2),
  setFlags: bit(3),
  tell: bit(5),
  write: bit(6),
  allocate: bit(8),
  createFile: bit(10),
  pathSetSize: bit(19),
  statGet: bit(21),
  statSetSize: bit(22),
  poll: bit(27),
} as const;

export const ALL = bit(30) - 1;

/** A terminal cannot seek: this is how programs tell it from a file. */
export const STREAM = Right.read | Right.write | Right.setFlags | Right.statGet | Right.poll;

const FOLDER_ONLY = [9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 24, 25, 26].reduce((all, at) => all + bit(at), 0);
const FILE_ONLY = [1, 2, 5, 6, 7, 8, 22].reduce((all, at) => all + bit(at), 0);

export const FOLDER = ALL & ~FILE_ONLY;
export const FILE = ALL & ~FOLDER_ONLY;
