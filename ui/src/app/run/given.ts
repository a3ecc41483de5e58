/** Files that the user gives to the program. */
import type { GivenFile } from '../../channel/messages';
import { runner } from './state';

export function addFiles(files: GivenFile[]): void {
  runner.files.update((known) => {
    const byPath = new Map(known.map((file) => [file.path, file]));
    for (const file of files) byPath.set(file.path, file);
    return [...byPath.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  });
}

export function removeFile(path: string): void {
  runner.files.update((known) => known.filter((file) => file.path !== path));
}

export async function takeFiles(list: Iterable<File>): Promise<void> {
  addFiles(await Promise.all([...list].map((file) => read(file, file.name))));
}

/** Files and whole folders that were dropped on the page. */
export async function takeDrop(data: DataTransfer): Promise<void> {
  // The list is gone after the first wait, so that the entries are taken out at once.
  const entries = [...data.items].map((item) => item.webkitGetAsEntry?.()).filter((entry) => !!entry);
  if (!entries.length) return takeFiles(data.files);
  const found = await Promise.all(entries.map((entry) => walk(entry, '')));
  addFiles(found.flat());
}

async function walk(entry: FileSystemEntry, above: string): Promise<GivenFile[]> {
  const path = above + entry.name;
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    return [await read(file, path)];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: GivenFile[] = [];
  // A reader gives a hundred entries at a time, and none at the end.
  for (;;) {
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (!part.length) break;
    for (const inner of part) found.push(...(await walk(inner, `${path}/`)));
  }
  return found.length ? found : [{ path, bytes: null, written: false }];
}

async function read(file: File, path: string): Promise<GivenFile> {
  return { path, bytes: new Uint8Array(await file.arrayBuffer()), written: false };
}

export function download({ path, bytes }: GivenFile): void {
  if (!bytes) return;
  const url = URL.createObjectURL(new Blob([bytes]));
  const link = document.createElement('a');
  link.href = url;
  link.download = path.split('/').pop() ?? path;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
