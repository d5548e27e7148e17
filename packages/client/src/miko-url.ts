/** Where Miko is, as it is used: small letters, no default port, no slash at the end. Answers what is wrong with it instead. */
export function readMikoUrl(text: string): { readonly url: string } | { readonly wrong: string } {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) return { wrong: `"${text.slice(0, 200)}" must be an http or https URL` };
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') return { wrong: 'must hold no user, query or fragment' };
  // The token opens the fleet: it crosses no network in the clear.
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) return { wrong: `${url.host} is not this machine: use https` };
  return { url: (url.origin + url.pathname).replace(/\/+$/, '') };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
}
