import type { Infer } from '../schema.ts';
import type { endpointOverride } from './endpoint-override.ts';
import type { project } from './project.ts';
import type { quota } from './quota.ts';
import type { service } from './service.ts';
import type { token } from './token.ts';

/** The specs that other rooms read by name. */
export type ProjectSpec = Infer<(typeof project)['spec']>;
export type QuotaSpec = Infer<(typeof quota)['spec']>;
export type ServiceSpec = Infer<(typeof service)['spec']>;
export type EndpointOverrideSpec = Infer<(typeof endpointOverride)['spec']>;
export type TokenSpec = Infer<(typeof token)['spec']>;
export type TokenStatus = Infer<(typeof token)['status']['schema']>;
