import type { Kind } from '../kind.ts';
import { endpointOverride } from './endpoint-override.ts';
import { project } from './project.ts';
import { region } from './region.ts';
import { service } from './service.ts';
import { token } from './token.ts';
import { zone } from './zone.ts';

/** Every kind there is, parents before children. No kind imports this list. */
export const kinds: readonly Kind[] = [project, region, zone, service, endpointOverride, token];
