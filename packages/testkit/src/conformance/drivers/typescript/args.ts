/** Reads the arguments of an operation; what is missing and needed is an error that names it. */
export type Args = Readonly<Record<string, unknown>>;

export function text(args: Args, name: string): string {
  const value = args[name];
  if (typeof value !== 'string') throw bad(name, 'text');
  return value;
}

export function number(args: Args, name: string): number {
  const value = args[name];
  if (typeof value !== 'number') throw bad(name, 'a number');
  return value;
}

/** Null, too, stands for "not given" here. */
export function given<T>(value: T | null | undefined): T | undefined {
  return value ?? undefined;
}

export function numberOr(args: Args, name: string, otherwise: number): number {
  return args[name] === undefined || args[name] === null ? otherwise : number(args, name);
}

export function textOr(args: Args, name: string, otherwise: string): string {
  return args[name] === undefined || args[name] === null ? otherwise : text(args, name);
}

export function maybeText(args: Args, name: string): string | undefined {
  return args[name] === undefined || args[name] === null ? undefined : text(args, name);
}

export const bad = (name: string, wanted: string): Error => Object.assign(new Error(`${name} must be ${wanted}`), { code: 'invalid_argument' });
