import { stringify } from 'yaml';

/** A value as YAML: lines are never folded, nothing is shared by anchors, and what JSON leaves out is left out here too. */
export const yamlText = (value: unknown): string => stringify(JSON.parse(JSON.stringify(value)), { lineWidth: 0, aliasDuplicateObjects: false });
