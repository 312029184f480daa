import { planted, type PlantedViolation } from './planted-violation.ts';

const letters = 'src/communication/letters';
const parcels = 'src/communication/parcels';

export const plantedBorderViolations: readonly PlantedViolation[] = [
  planted(
    'kernel-domain-stands-alone',
    'the kernel domain imports another folder of the kernel',
    'src/shared-kernel/domain/money.ts',
    `export { append } from '#shared-kernel/messaging/event-log.js';`,
  ),
  planted(
    'kernel-domain-stands-alone',
    'the kernel domain imports a package',
    'src/shared-kernel/domain/money.ts',
    `import 'zod';`,
  ),
  planted(
    'kernel-knows-no-context',
    'the kernel imports a contract of a context, as a type',
    'src/shared-kernel/messaging/bus.ts',
    `import type { letterSent } from '#communication/letters/contracts/letter-sent.event.js';`,
  ),
  planted(
    'kernel-knows-no-context',
    'the kernel imports the application',
    'src/shared-kernel/messaging/bus.ts',
    `import { AppModule } from '#app.module.js';`,
  ),
  planted(
    'foreign-files-only-by-contract',
    'a reaction imports a command of another module',
    `${parcels}/reactions/wrap-parcel-when-asked.ts`,
    `import { SendLetterHandler } from '#communication/letters/commands/send-letter.js';`,
  ),
  planted(
    'foreign-files-only-by-contract',
    'an adapter loads a file of another module at run time',
    `${parcels}/adapters/van.ts`,
    `export const load = () => import('#communication/letters/domain/mailbox.js');`,
  ),
  planted(
    'foreign-files-only-by-contract',
    'a module wires the module of another',
    `${parcels}/adapters/van.ts`,
    `export type Wired = import('#communication/letters/letters.module.js').LettersModule;`,
  ),
  planted(
    'foreign-files-only-by-contract',
    'a command imports the application',
    `${letters}/commands/burn-letter.ts`,
    `import { AppModule } from '#app.module.js';`,
  ),
  planted(
    'infrastructure-below-communication',
    'infrastructure imports a contract of communication',
    'src/infrastructure/roads/reactions/widen-road-when-letter-sent.ts',
    `import { letterSent } from '#communication/letters/contracts/letter-sent.event.js';`,
  ),
  planted(
    'relative-inside-hash-across',
    'a relative import leaves its module',
    `${parcels}/reactions/wrap-parcel-when-asked.ts`,
    `import { letterSent } from '../../letters/contracts/letter-sent.event.js';`,
  ),
  planted(
    'relative-inside-hash-across',
    'a relative import goes from one folder of the kernel to another',
    'src/shared-kernel/messaging/bus.ts',
    `import { type Write } from '../persistence/store.js';`,
  ),
  planted(
    'relative-inside-hash-across',
    'an import with # stays inside its module',
    `${letters}/commands/burn-letter.ts`,
    `import { Mailbox } from '#communication/letters/domain/mailbox.js';`,
  ),
  planted(
    'relative-inside-hash-across',
    'code imports the tests',
    `${letters}/adapters/paper-shredder.ts`,
    `import { startHouse } from '../../../../test/support/house.js';`,
  ),
];
