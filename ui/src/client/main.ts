/** Runs in every page of the application: keeps it up to date and shows what is wrong. */
import { makeOverlay } from '../link/overlay/overlay';
import { connect, socketUrl } from '../link/socket';
import type { ModuleUpdate, ServerMessage } from '../wire/messages';
import { makeBatcher } from './batch';
import { capture } from './capture';
import { follow } from './follow';
import { hot, swapAll } from './hot';
import { reload } from './reload';
import { swapStylesheets } from './stylesheets';

const data = document.currentScript?.dataset ?? {};
const place = window as unknown as { wasmrun?: unknown };

function begin(): void {
  const overlay = makeOverlay();
  const follower = follow(Number(data['build']));
  let turn: Promise<void> = Promise.resolve();

  function settled(): void {
    overlay.building(false);
    overlay.hide();
  }

  function receive(message: ServerMessage): void {
    switch (message.type) {
      case 'hello':
        overlay.building(message.state === 'building');
        if (follower.greet(message) && reload(`${message.session} ${message.build}`)) return;
        if (message.failure) overlay.show(message.failure);
        else if (message.state === 'ok') settled();
        break;
      case 'building':
        overlay.building(true);
        break;
      case 'failed':
        follower.saw(message.build);
        overlay.building(false);
        overlay.show(message.failure);
        break;
      case 'module':
        follower.saw(message.build);
        settled();
        // One after the other, so that no exchange is overtaken by the next.
        turn = turn.then(() => update(message));
        break;
      case 'css':
        settled();
        swapStylesheets(message.urls);
        break;
      case 'reload':
        reload();
        break;
      case 'stopping':
        overlay.lost(true, 0);
        break;
    }
  }

  async function update({ build, modules, scripts }: ModuleUpdate): Promise<void> {
    if (follower.stale()) return void reload();
    let accepted = false;
    const accept = (work?: Promise<unknown>) => {
      accepted = true;
      work?.then(undefined, () => reload());
    };
    const event = new CustomEvent('wasmrun:update', { cancelable: true, detail: { build, modules, scripts, accept } });
    if (!dispatchEvent(event) || accepted) return;
    if (!modules.length && !scripts) return;
    try {
      if (scripts || !(await swapAll(modules.map(({ url }) => url)))) return void reload();
      dispatchEvent(new CustomEvent('wasmrun:swapped', { detail: { build, modules } }));
    } catch (error) {
      console.info(`wasmrun reloads: ${error}`);
      reload();
    }
  }

  const send = connect(socketUrl(data['token'] ?? ''), {
    message: receive,
    opened() {
      overlay.lost(false);
      batcher.flush();
    },
    lost() {
      overlay.building(false);
      overlay.lost(true);
    },
  });
  const batcher = makeBatcher(send);
  capture(batcher.push);
  place.wasmrun = { hot };
}

// A page may hold the script twice, by a template of its own.
if (!place.wasmrun) begin();
