import { Global, Module } from '@nestjs/common';
import type { Contract } from './contract.js';
import { contractCatalogue } from './contract-catalogue.js';
import { ContractRegistry } from './contract-registry.js';

/** The catalogue holds what defineEvent, defineCommand and defineQuery made, and nothing else. */
function registryOfTheProgram(): ContractRegistry {
  return new ContractRegistry(contractCatalogue as Contract[]);
}

/** The registry of contracts, filled by what the program has imported when it starts. */
@Global()
@Module({
  providers: [{ provide: ContractRegistry, useFactory: registryOfTheProgram }],
  exports: [ContractRegistry],
})
export class ContractsModule {}
