import { eachImport, type Rule } from './rule.ts';

/** npm packages that the pure heart of the kernel may use. */
const kernelDomainPackages = ['uuid', 'node:crypto'];

export const kernelRules: readonly Rule[] = [
  {
    id: 'kernel-domain-stands-alone',
    sentence:
      'shared-kernel/domain imports nothing of ours and no package but uuid and node:crypto.',
    mend: 'Move what needs more to another folder of the kernel, or take the value as an argument.',
    check: eachImport(
      ({ code }) => code,
      ({ from, edge, to }) => {
        if (from.kind !== 'kernel' || from.folder !== 'domain') return null;
        if (to === null) {
          return kernelDomainPackages.includes(edge.package)
            ? null
            : `imports the package ${edge.specifier}`;
        }
        const isOwn = to.kind === 'kernel' && to.folder === 'domain';
        return isOwn || to.kind === 'outside' ? null : `imports ${edge.specifier}`;
      },
    ),
  },
  {
    id: 'kernel-knows-no-context',
    sentence: 'The shared kernel never imports a context or the application.',
    mend: 'Let the kernel declare what it needs (a port, a registry) and the module hand it in.',
    check: eachImport(
      ({ code, specs }) => [...code, ...specs],
      ({ from, edge, to }) => {
        if (from.kind !== 'kernel' || from.folder === 'domain') return null;
        if (to === null || to.kind === 'kernel' || to.kind === 'outside') return null;
        return `imports ${edge.specifier}`;
      },
    ),
  },
];
