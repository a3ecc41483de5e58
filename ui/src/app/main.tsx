import { render } from 'preact';
import './app.css';
import { App, open } from './app';
import { follow } from './state/server';
import { applyTheme } from './theme';

applyTheme();
follow(() => open.value === 'build');
render(<App />, document.getElementById('app') as HTMLElement);
