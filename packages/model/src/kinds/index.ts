import type { Kind } from '../kind.ts';
import { endpointOverride } from './endpoint-override.ts';
import { legalHold } from './legal-hold.ts';
import { project } from './project.ts';
import { quota } from './quota.ts';
import { region } from './region.ts';
import { service } from './service.ts';
import { token } from './token.ts';
import { zone } from './zone.ts';

/** Every kind there is, parents before children. No kind imports this list. */
export const kinds: readonly Kind[] = [project, quota, region, zone, service, endpointOverride, token, legalHold];
