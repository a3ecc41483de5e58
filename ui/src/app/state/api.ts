/** Asks the server. */

const BASE = '/__wasmrun/api/';

/** What went wrong and how to mend it. */
export interface Problem {
  message: string;
  help: string | null;
  /** 0 when there was no answer at all. */
  status: number;
}

export type Answer<T> = { value: T } | { problem: Problem };

const UNREACHABLE: Problem = {
  message: 'the server does not answer',
  help: 'start `wasmrun run` again in the folder of the project; this page then goes on by itself',
  status: 0,
};

export function token(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="wasmrun-token"]')?.content ?? '';
}

async function ask<T>(name: string, init?: RequestInit): Promise<Answer<T>> {
  let response: Response;
  try {
    response = await fetch(BASE + name, { cache: 'no-store', ...init });
  } catch {
    return { problem: UNREACHABLE };
  }
  const body: unknown = await response.json().catch(() => null);
  if (response.ok) return { value: body as T };
  const error = (body as { error?: Partial<Problem> } | null)?.error;
  const message = error?.message ?? `the server answered ${response.status} for ${name}`;
  return { problem: { message, help: error?.help ?? null, status: response.status } };
}

export function get<T>(name: string): Promise<Answer<T>> {
  return ask<T>(name);
}

export function post(name: string): Promise<Answer<unknown>> {
  const headers = { 'content-type': 'application/json', 'x-wasmrun-token': token() };
  return ask(name, { method: 'POST', headers, body: '{}' });
}
