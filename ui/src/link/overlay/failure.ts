/** The contents of the overlay. */
import type { Diagnostic, Failure } from '../../wire/diagnostics';
import { excerptText, place } from '../diagnostics';
import { element } from './element';

type Copy = (text: string) => void;

export function failureNodes(failure: Failure, copy: Copy): (Node | string)[] {
  return [
    ...failure.causes.map((cause) => element('p', {}, cause)),
    failure.help ? element('p', {}, element('b', {}, 'help: '), failure.help) : '',
    ...failure.diagnostics.map((one) => diagnosticNode(one, copy)),
    failure.log.length ? logNode(failure) : '',
  ];
}

function diagnosticNode({ severity, code, message, file, span, excerpt, notes }: Diagnostic, copy: Copy): Node {
  const at = place({ file, span });
  const button = element('button', { class: 'place', title: 'Copy' }, at);
  button.onclick = () => copy(at);
  return element(
    'section',
    {},
    element('b', { class: severity }, severity + (code ? `[${code}]` : '')),
    `: ${message}`,
    at && element('div', {}, button),
    excerpt && element('pre', {}, excerptText(excerpt)),
    ...notes.map((note) => element('p', {}, `note: ${note}`)),
  );
}

/** Without diagnostics the tools' own words are all there is, so they are open then. */
function logNode({ log, diagnostics }: Failure): Node {
  const details = element(
    'details',
    {},
    element('summary', {}, 'What the tools printed'),
    element('pre', {}, log.join('\n')),
  );
  details.open = !diagnostics.length;
  return details;
}
