import type { FieldFault } from '../platform/errors.ts';
import type { JsonObject } from '../vc/index.ts';

/** Only the service itself says what is withdrawn: a list signed on a caller's word could say anything. */
const reservedTypes: readonly unknown[] = [
  'BitstringStatusListCredential',
  'BitstringStatusList',
  'StatusList2021Credential',
  'StatusList2021',
  'RevocationList2020Credential',
  'RevocationList2020',
];

const isId = (name: string): boolean => name === 'id' || name === '@id';
const isType = (name: string): boolean => name === 'type' || name === '@type';

const entriesOf = (value: unknown): [string, unknown][] =>
  typeof value === 'object' && value !== null ? Object.entries(value) : [];

/**
 * Every place where a composition of somebody else would pass as what only this service makes: an id under our own address
 * (a certificate, an achievement, a status list), or the type of a status list. The issuer's own profile may name our
 * addresses. Call it on guarded documents only.
 */
export const ownMarks = (credential: JsonObject, baseUrl: string): readonly FieldFault[] => {
  const { origin } = new URL(baseUrl);
  const isOurs = (value: unknown): boolean =>
    typeof value === 'string' && URL.parse(value.trim())?.origin === origin;

  const faultsIn = (value: unknown, pointer: string): FieldFault[] =>
    entriesOf(value).flatMap(([name, member]) => {
      const here = `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
      if (here === '/issuer' || here === '/@context') return [];
      if (isId(name) && [member].flat().some(isOurs)) return [{ pointer: here, code: 'reserved-address' }];
      if (isType(name) && [member].flat().some((one) => reservedTypes.includes(one)))
        return [{ pointer: here, code: 'reserved-type' }];
      return faultsIn(member, here);
    });

  return faultsIn(credential, '');
};
