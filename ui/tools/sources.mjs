/** Writes what the outputs were built of, so that a test can tell when they are out of date. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const target = fileURLToPath(new URL('../../templates/ui/SOURCES.sha256', import.meta.url));

function files(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder ? `${folder}/${entry.name}` : entry.name;
    if (path === 'node_modules') return [];
    return entry.isDirectory() ? files(path) : [path];
  });
}

const hash = createHash('sha256');
for (const path of files('').sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))) {
  const content = readFileSync(join(root, path));
  hash.update(`${path}\n${content.length}\n`).update(content);
}
writeFileSync(target, `${hash.digest('hex')}\n`);
