/** What of a module can be called from a page. */
import type { CoreModule, ModuleInfo } from '../../wire/inspect';
import { isNumberType } from './numbers';
import { parseSignature, type Signature } from './signature';

export interface Callable {
  name: string;
  signature: Signature;
  /** Why not, if it cannot be called. */
  obstacle: string | null;
}

/** They run once, when the module is loaded or run. */
const ENTRIES = new Set(['_start', '_initialize']);

export function exportedFunctions(document: CoreModule): Callable[] {
  return document.exports
    .filter(({ kind }) => kind === 'func')
    .map(({ name, type }) => {
      const signature = type === null ? undefined : parseSignature(type);
      if (!signature) return { name, signature: { params: [], results: [] }, obstacle: 'its type cannot be read' };
      return { name, signature, obstacle: obstacle(signature) };
    });
}

function obstacle({ params, results }: Signature): string | null {
  if ([...params, ...results].includes('v128'))
    return 'JavaScript has no values of the type v128, so that no page can call it';
  const other = params.find((type) => !isNumberType(type));
  return other ? `it wants a value of the type ${other}, which cannot be typed in` : null;
}

/** Whether there is anything to call beside the entry of a program. */
export function callable(document: ModuleInfo | null): boolean {
  return (
    document?.kind === 'module' && document.exports.some(({ kind, name }) => kind === 'func' && !ENTRIES.has(name))
  );
}
