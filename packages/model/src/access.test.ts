import { describe, expect, it } from 'vitest';
import { permit, type Actor, type Role } from './access.ts';
import { newestApiDate } from './changes/dates.ts';

const actor = (role: Role, project: string | null): Actor => ({ id: 'tok_1', name: 'shop', credential: 'tok_1', apiDate: newestApiDate, role, project, audience: 'internal' });
const roles = ['reader', 'writer', 'admin'] as const;
/** Who the credential is bound to, and where the target lies; what the three roles get for an action of each role. */
const table: readonly { bound: string | null; target: string | null; answers: Readonly<Record<Role, readonly [string, string, string]>> }[] = [
  // the action needs:                            reader                       writer                       admin
  { bound: null, target: null, answers: { reader: ['allow', 'deny', 'deny'], writer: ['allow', 'allow', 'deny'], admin: ['allow', 'allow', 'allow'] } },
  { bound: null, target: 'shop', answers: { reader: ['allow', 'deny', 'deny'], writer: ['allow', 'allow', 'deny'], admin: ['allow', 'allow', 'allow'] } },
  { bound: 'shop', target: 'shop', answers: { reader: ['allow', 'deny', 'deny'], writer: ['allow', 'allow', 'deny'], admin: ['allow', 'allow', 'allow'] } },
  { bound: 'shop', target: null, answers: { reader: ['allow', 'deny', 'deny'], writer: ['allow', 'deny', 'deny'], admin: ['allow', 'deny', 'deny'] } },
  { bound: 'shop', target: 'bank', answers: { reader: ['hide', 'hide', 'hide'], writer: ['hide', 'hide', 'hide'], admin: ['hide', 'hide', 'hide'] } },
];

describe('permit: role x action x scope', () => {
  for (const { bound, target, answers } of table) {
    for (const role of roles) {
      roles.forEach((needed, i) => {
        it(`a ${role} bound to ${bound ?? 'nothing'} asking for a ${needed}'s action in ${target ?? 'the fleet'}: ${answers[role][i]}`, () => {
          expect(permit(actor(role, bound), { name: 'x.y', role: needed }, { project: target })).toBe(answers[role][i]);
        });
      });
    }
  }

  it('looks at role and project: the audience decides what is shown', () => {
    for (const role of roles) {
      const answers = (['internal', 'public'] as const).map(audience => permit({ ...actor(role, null), audience }, { name: 'x.y', role: 'writer' }, { project: 'shop' }));
      expect(answers[0]).toBe(answers[1]);
    }
  });

  it('keeps what can only be shown whole from those who may not see all of it', () => {
    const look = { name: 'archive.read', role: 'admin', showsInternal: true } as const;
    expect(permit(actor('admin', null), look, { project: null })).toBe('allow');
    expect(permit({ ...actor('admin', null), audience: 'public' }, look, { project: null })).toBe('deny');
  });

  it('keeps what bounds a project from whoever is bound to it', () => {
    const raise = { name: 'quota.write', role: 'admin', ofFleet: true } as const;
    expect(permit(actor('admin', null), raise, { project: 'shop' })).toBe('allow');
    expect(permit(actor('admin', 'shop'), raise, { project: 'shop' })).toBe('deny');
    expect(permit(actor('admin', 'shop'), raise, { project: 'bank' })).toBe('hide');
  });

  it('takes names whole: no project is another because it begins alike', () => {
    expect(permit(actor('admin', 'shop'), { name: 'x.y', role: 'reader' }, { project: 'shop-2' })).toBe('hide');
    expect(permit(actor('admin', 'shop-2'), { name: 'x.y', role: 'reader' }, { project: 'shop' })).toBe('hide');
  });
});
