import { NoModule } from '../parts/no-module';
import { Fault } from '../parts/notice';
import { info } from '../state/server';
import { useStore } from '../state/store';
import { ComponentParts } from './component';
import { ExportList, ImportList } from './connections';
import { LargestFunctions } from './largest';
import { Overview } from './overview';
import { CustomSections, Memories, Sections } from './sections';

export function ModuleView() {
  const document = useStore(info);
  if (!document) return <NoModule />;
  return (
    <div class="flex flex-col gap-3">
      {!document.valid && (
        <Fault>
          The module is not valid
          {document.invalid ? `: ${document.invalid.message} (at offset ${document.invalid.offset})` : ''}.
        </Fault>
      )}
      <Overview document={document} />
      {document.kind === 'component' && <ComponentParts document={document} />}
      <div class="grid items-start gap-3 lg:grid-cols-2">
        <div class="flex min-w-0 flex-col gap-3">
          {document.kind === 'module' && <ExportList document={document} />}
          <Sections document={document} />
        </div>
        <div class="flex min-w-0 flex-col gap-3">
          {document.kind === 'module' && (
            <>
              <ImportList document={document} />
              <LargestFunctions document={document} />
              <Memories document={document} />
            </>
          )}
          <CustomSections document={document} />
        </div>
      </div>
    </div>
  );
}
