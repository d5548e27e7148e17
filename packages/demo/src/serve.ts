// Miko's server as it is, as the child of a process that it must not outlive.
import './end-with-parent.ts';
import '@miko/server/main';
