import type { ComponentChildren } from 'preact';
import type { Problem } from '../state/api';

/** What to say where there is nothing to show. */
export function Notice({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="card mx-auto my-6 max-w-xl p-6 text-center">
      <p class="text-lg font-semibold">{title}</p>
      {children && <div class="mt-2 text-soft">{children}</div>}
    </div>
  );
}

export function ProblemNotice({ problem }: { problem: Problem }) {
  return <Notice title={problem.message}>{problem.help && <p>{problem.help}</p>}</Notice>;
}

/** A line that tells of a fault beside what it is about. */
export function Fault({ children, id }: { children: ComponentChildren; id?: string }) {
  return (
    <p id={id} class="text-sm text-bad" role="alert">
      {children}
    </p>
  );
}
