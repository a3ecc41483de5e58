import type { LogLine } from '../../wire/api';
import { Store } from './store';

/** What the build that runs now has said so far; nothing when none runs. */
export const liveLog = new Store<LogLine[] | null>(null);
