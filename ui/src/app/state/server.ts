/** What the page knows of the server, kept up to date. */
import { makeOverlay } from '../../link/overlay/overlay';
import { connect, socketUrl } from '../../link/socket';
import type { Build, ServerEvent, Version } from '../../wire/api';
import type { ModuleInfo } from '../../wire/inspect';
import type { ServerMessage } from '../../wire/messages';
import { get, post, type Problem, token } from './api';
import { addConsole } from './console';
import { followEvents } from './events';
import { liveLog } from './log';
import { Store } from './store';

export const version = new Store<Version | null>(null);
export const build = new Store<Build | null>(null);
export const buildProblem = new Store<Problem | null>(null);
export const info = new Store<ModuleInfo | null>(null);
export const infoProblem = new Store<Problem | null>(null);
export const connected = new Store(true);

export const overlay = makeOverlay();
/** The Build view shows the same at length, so that nothing has to lie over it. */
let quiet = () => false;

let session: string | undefined;
let infoOf: string | undefined;
let asked = 0;

export async function refresh(): Promise<void> {
  const turn = ++asked;
  const answer = await get<Build>('build');
  if (turn !== asked) return;
  if ('problem' in answer) return buildProblem.set(answer.problem);
  // Both change at once, so that no view joins a new module with what is known of the old one.
  const described = await describe(answer.value.module?.sha256);
  if (turn !== asked) return;
  described?.();
  buildProblem.set(null);
  build.set(answer.value);
  if (answer.value.state !== 'building') liveLog.set(null);
}

/** Asks about the module if it is another one; what comes back takes the answer over. */
async function describe(sha256: string | undefined): Promise<(() => void) | undefined> {
  if (sha256 !== undefined && sha256 === infoOf) return undefined;
  const answer = await get<ModuleInfo>('module-info');
  return () => {
    infoOf = 'value' in answer ? sha256 : undefined;
    info.set('value' in answer ? answer.value : null);
    infoProblem.set('value' in answer ? null : answer.problem);
  };
}

export async function rebuild(): Promise<Problem | null> {
  const answer = await post('rebuild');
  return 'problem' in answer ? answer.problem : null;
}

function building(): void {
  if (build.value?.state !== 'building') liveLog.set([]);
  build.update((known) => known && { ...known, state: 'building' });
}

function receive(message: ServerMessage): void {
  switch (message.type) {
    case 'hello':
      if (session !== undefined && session !== message.session) return location.reload();
      session = message.session;
      overlay.building(message.state === 'building');
      if (!message.failure) overlay.hide();
      else if (!quiet()) overlay.show(message.failure);
      break;
    case 'building':
      overlay.building(true);
      return building();
    case 'failed':
      overlay.building(false);
      if (!quiet()) overlay.show(message.failure);
      break;
    case 'module':
    case 'css':
    case 'reload':
      overlay.building(false);
      overlay.hide();
      break;
    case 'stopping':
      overlay.lost(true, 0);
      return;
  }
  void refresh();
}

function take(event: ServerEvent): void {
  switch (event.type) {
    case 'console':
      addConsole(event.level, event.text);
      break;
    case 'change':
      building();
      break;
    case 'result':
      void refresh();
      break;
    case 'log':
      liveLog.update((lines) => [...(lines ?? []), { level: event.level, message: event.message }]);
      break;
    case 'task':
      if (event.state === 'start')
        liveLog.update((lines) => [...(lines ?? []), { level: 'task', message: event.task }]);
      break;
  }
}

export function follow(isQuiet: () => boolean): void {
  quiet = isQuiet;
  const events = followEvents(take);
  connect(socketUrl(token()), {
    message: receive,
    opened() {
      connected.set(true);
      overlay.lost(false);
      events.reopen();
      void refresh();
      void get<Version>('version').then((answer) => 'value' in answer && version.set(answer.value));
    },
    lost() {
      connected.set(false);
      overlay.building(false);
      overlay.lost(true);
    },
  });
  void refresh();
}
