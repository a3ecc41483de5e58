import { build, info, infoProblem } from '../state/server';
import { useStore } from '../state/store';
import { Notice, ProblemNotice } from './notice';

/** Why a module cannot be run or called, or nothing if it can. */
export function useObstacle() {
  const known = useStore(build);
  const document = useStore(info);
  if (!known?.module) return <NoModule />;
  if (document?.kind !== 'component') return null;
  return (
    <Notice title="This is a component">
      <p>
        Browsers run core modules only. A component needs a runtime for components, or a tool that makes modules of it.
      </p>
    </Notice>
  );
}

export function NoModule() {
  const known = useStore(build);
  const problem = useStore(infoProblem);
  if (problem && problem.status !== 404) return <ProblemNotice problem={problem} />;
  return (
    <Notice title="There is no module yet">
      <p>
        {known?.state === 'failed' ? 'The build failed; the Build view says why.' : 'It is there once it is built.'}
      </p>
    </Notice>
  );
}
