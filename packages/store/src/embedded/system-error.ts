/** The code of a system error (`ENOENT`), or of a PostgreSQL error (SQLSTATE, as `57P03`), where a caught value has one. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
