import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeBatcher, PER_SECOND, WAITING } from '../src/client/batch';
import type { PageMessage } from '../src/wire/messages';

function setup() {
  const sent: string[] = [];
  let now = 0;
  let open = true;
  const timers: { at: number; run: () => void }[] = [];
  const batcher = makeBatcher(
    (message) => {
      if (open) sent.push(message.type === 'console' ? message.text : message.message);
      return open;
    },
    { now: () => now, after: (milliseconds, run) => timers.push({ at: now + milliseconds, run }) },
  );
  return {
    sent,
    batcher,
    log: (text: string) => batcher.push({ type: 'console', level: 'log', text } satisfies PageMessage),
    connect(on: boolean) {
      open = on;
      if (on) batcher.flush();
    },
    pass(milliseconds: number) {
      const end = now + milliseconds;
      for (;;) {
        const next = timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
        if (!next) break;
        timers.splice(timers.indexOf(next), 1);
        now = Math.max(now, next.at);
        next.run();
      }
      now = end;
    },
  };
}

test('a few messages go at once', () => {
  const page = setup();
  page.log('a');
  page.log('b');
  assert.deepEqual(page.sent, ['a', 'b']);
});

test('a flood is cut, and said', () => {
  const page = setup();
  for (let n = 0; n < 250; n++) page.log(`${n}`);
  assert.equal(page.sent.length, PER_SECOND);
  page.pass(1001);
  assert.deepEqual(page.sent.slice(PER_SECOND), ['150 more messages were dropped']);
  page.log('after');
  assert.equal(page.sent.at(-1), 'after');
});

test('while there is no connection, the first ones wait', () => {
  const page = setup();
  page.connect(false);
  for (let n = 0; n < 260; n++) page.log(`${n}`);
  assert.deepEqual(page.sent, []);
  page.pass(5000);
  page.connect(true);
  page.pass(5000);
  assert.equal(page.sent.length, WAITING + 1);
  assert.equal(page.sent[WAITING - 1], '199');
  assert.equal(page.sent.at(-1), '60 more messages were dropped');
});

test('the order stays', () => {
  const page = setup();
  page.connect(false);
  page.log('a');
  page.connect(true);
  page.log('b');
  page.pass(2000);
  assert.deepEqual(page.sent, ['a', 'b']);
});
