const KEY = 'wasmrun:reloaded';

/** Loads the page anew; with a `reason` at most once for it, so that no page reloads for ever. */
export function reload(reason?: string): boolean {
  try {
    if (reason !== undefined && sessionStorage.getItem(KEY) === reason) return false;
    if (reason !== undefined) sessionStorage.setItem(KEY, reason);
  } catch {
    // Storage may be forbidden; the page is loaded anew all the same.
  }
  location.reload();
  return true;
}
