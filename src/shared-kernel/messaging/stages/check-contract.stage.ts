import type { ContractChecker } from '#shared-kernel/contracts/contract-checker.js';
import type { Stage } from '../stage.js';

/**
 * The innermost stage: what a handler receives and what it answers fits the contract. HTTP bodies
 * are checked by the schemas of their route, where the answer can name the field.
 */
export function checkContractStage(contracts: ContractChecker): Stage {
  return async (message, next) => {
    const { contract } = message;
    if (contract === null) return next();
    if (contract.kind === 'event') {
      // The reaction is who uses the contract; for commands and queries it is the handler's module.
      contracts.check(contract, contract.schema, 'in', message.input, message.name);
      return next();
    }
    contracts.check(contract, contract.input, 'in', message.input);
    const result = await next();
    contracts.check(contract, contract.result, 'out', result);
    return result;
  };
}
