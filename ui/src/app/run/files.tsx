import { useRef } from 'preact/hooks';
import { Button } from '../parts/button';
import { bytes } from '../parts/sizes';
import { useStore } from '../state/store';
import { download, removeFile, takeFiles } from './given';
import { runner } from './state';

export function FileList() {
  const files = useStore(runner.files);
  const picker = useRef<HTMLInputElement>(null);
  return (
    <details class="fold">
      <summary>Files{files.length ? ` (${files.length})` : ''}</summary>
      <p class="mt-1 text-xs text-soft">They are in the program's folder `/`. Drop files or folders anywhere here.</p>
      <ul class="my-1 max-h-48 overflow-y-auto">
        {files.map((file) => (
          <li key={file.path} class="flex items-center gap-2 border-b border-line py-0.5 text-sm">
            <span class="code min-w-0 grow">{file.bytes ? file.path : `${file.path}/`}</span>
            {file.written && <span class="tag">written</span>}
            <span class="text-soft whitespace-nowrap">{file.bytes && bytes(file.bytes.length)}</span>
            {file.bytes && (
              <Button look="bare" icon="download" label={`Download ${file.path}`} onClick={() => download(file)} />
            )}
            <Button look="bare" icon="trash" label={`Delete ${file.path}`} onClick={() => removeFile(file.path)} />
          </li>
        ))}
      </ul>
      <input
        ref={picker}
        type="file"
        multiple
        hidden
        onChange={(event) => {
          void takeFiles(event.currentTarget.files ?? []);
          event.currentTarget.value = '';
        }}
      />
      <Button icon="add" onClick={() => picker.current?.click()}>
        Add files
      </Button>
    </details>
  );
}
