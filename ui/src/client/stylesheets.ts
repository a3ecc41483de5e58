/** Changes stylesheets without loading the page anew. */

let count = 0;

export function swapStylesheets(urls: string[]): void {
  const changed = new Set(urls.map(pathOf));
  for (const link of document.querySelectorAll<HTMLLinkElement>('link[rel~="stylesheet"][href]')) {
    if (changed.has(pathOf(link.href)) || imports(link.sheet, changed)) replace(link);
  }
}

function pathOf(url: string): string {
  return new URL(url, location.href).pathname;
}

/** Whether a sheet takes in one that has changed. */
function imports(sheet: CSSStyleSheet | null, changed: Set<string>): boolean {
  try {
    return [...(sheet?.cssRules ?? [])].some(
      (rule) =>
        rule instanceof CSSImportRule &&
        (changed.has(new URL(rule.href, sheet?.href ?? location.href).pathname) || imports(rule.styleSheet, changed)),
    );
  } catch {
    // Rules of another origin cannot be read.
    return false;
  }
}

/** The old one stays until the new one is there, so that the page is never bare. */
function replace(old: HTMLLinkElement): void {
  const fresh = old.cloneNode() as HTMLLinkElement;
  const url = new URL(old.href);
  url.searchParams.set('wasmrun', String(++count));
  fresh.href = url.href;
  fresh.onload = () => old.remove();
  fresh.onerror = () => fresh.remove();
  old.after(fresh);
}
