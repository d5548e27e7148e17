/** `endpoint_list` as `endpointList`. */
export function camel(snake: string): string {
  return snake.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** `endpoint_list` as `EndpointList`. */
export function pascal(snake: string): string {
  const name = camel(snake.replaceAll(/[^A-Za-z0-9]+/g, '_').replace(/^_/, ''));
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** A header's name as a parameter's: `If-Match` as `if_match`. */
export function snake(header: string): string {
  return header.replace(/^Miko-/, '').toLowerCase().replaceAll('-', '_');
}

/** What one of several is called: `Services` as `Service`; a word without an ending for many stays as it is. */
export function singular(name: string): string {
  return name.endsWith('s') && !name.endsWith('ss') && !name.endsWith('us') ? name.slice(0, -1) : name;
}
