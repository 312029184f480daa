import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { CheckTemplate } from '../contracts/check-template.query.js';
import { templateFaults } from '../domain/try-rendering.js';

@QueryHandler(CheckTemplate)
export class CheckTemplateHandler implements IQueryHandler<CheckTemplate> {
  async execute({ input }: CheckTemplate) {
    return templateFaults(input);
  }
}
