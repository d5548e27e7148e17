// Where the languages of the other SDKs are, for whatever is started: `MIKO_SDK_PYTHON` and `MIKO_SDK_GO`, or
// `MIKO_SDK_PYTHON_MISSING` and `MIKO_SDK_GO_MISSING`, a sentence each. Who has set one gets that one.
import { goReady } from './go.mjs';
import { pythonReady } from './python.mjs';

const finders = { python: pythonReady, go: goReady };

/** Finds the languages, and makes what they need; answers the variables. */
export function languages(names = ['python', 'go']) {
  return Object.assign({}, ...names.map(variableOf));
}

function variableOf(name) {
  const variable = `MIKO_SDK_${name.toUpperCase()}`;
  if (process.env[variable]) return { [variable]: process.env[variable] };
  const { path, missing } = find(name);
  return path === undefined ? { [`${variable}_MISSING`]: missing } : { [variable]: path };
}

function find(name) {
  try {
    return finders[name]();
  } catch (error) {
    return { missing: error.message };
  }
}
