/** Whether a page is still the newest, by the numbers that the server tells. */
import type { Hello } from '../wire/messages';

/** `seen` is the build that the page is of. */
export function follow(seen: number) {
  let session: string | undefined;
  let stale = false;
  return {
    saw(build: number): void {
      seen = build;
    },
    /** A build was missed while the connection was gone, so that a later update is not enough. */
    stale: () => stale,
    /** True when the page has to be loaded anew. */
    greet(hello: Hello): boolean {
      const restarted = session !== undefined && session !== hello.session;
      session ??= hello.session;
      const missed = hello.build !== seen;
      const good = hello.state === 'ok';
      // While the newest build is not a good one, there is nothing newer to load.
      stale ||= missed && !good;
      return restarted || (missed && good);
    },
  };
}
