/** The little of Node that the tests use. */
declare module 'node:test' {
  export function test(name: string, run: () => void | Promise<void>): void;
}

declare module 'node:assert/strict' {
  const assert: {
    (value: unknown, message?: string): asserts value;
    equal(actual: unknown, expected: unknown, message?: string): void;
    deepEqual(actual: unknown, expected: unknown, message?: string): void;
    throws(run: () => unknown, expected?: RegExp | Function | object): void;
    rejects(work: Promise<unknown>, expected?: RegExp): Promise<void>;
    match(text: string, pattern: RegExp): void;
  };
  export default assert;
}
