export { Demo } from './demo.ts';
export { DemoError } from './settings.ts';
