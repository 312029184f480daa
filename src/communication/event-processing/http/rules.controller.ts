import { Body, Controller, Delete, Headers, Param, Patch, Post, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import { type ApiCaller, Caller } from '#shared-kernel/auth/caller.js';
import { Answers } from '#shared-kernel/http/answers.decorator.js';
import { checkIfMatch, etagOf } from '#shared-kernel/http/if-match.js';
import { ChangeRule, rulePatch, type RulePatch } from '../commands/change-rule.js';
import { CreateRule, ruleInput, type RuleInput } from '../commands/create-rule.js';
import { DeleteRule } from '../commands/delete-rule.js';
import { eventErrors } from '../errors.js';
import { GetRule } from '../queries/get-rule.js';
import { ruleView, viewOfRule } from './rule-view.js';

const tags = ['Rules'];

/** `/v1/rules`: changes what happens to events. */
@Controller('v1/rules')
export class RulesController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post()
  @Answers(
    { 201: ruleView },
    {
      summary: 'Create a rule',
      description: 'When an event matches, its actions happen. Works for the next event already.',
      scope: 'operator',
      errors: [eventErrors.unknownEndpoint, eventErrors.invalidTemplate, eventErrors.tooManyRules],
      tags,
    },
  )
  async create(
    @Body({ schema: ruleInput }) rule: RuleInput,
    @Caller() { tenant }: ApiCaller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const made = await this.commands.execute(new CreateRule({ tenant, rule }));
    void reply.header('location', `/v1/rules/${made.id}`).header('etag', etagOf(made.revision));
    return viewOfRule(made);
  }

  @Patch(':id')
  @Answers(
    { 200: ruleView },
    {
      summary: 'Change a rule',
      description: 'A JSON merge patch (RFC 7396). Give the ETag as If-Match to be safe.',
      scope: 'operator',
      errors: [eventErrors.ruleNotFound, eventErrors.unknownEndpoint, eventErrors.invalidTemplate],
      tags,
    },
  )
  async change(
    @Param('id') id: string,
    @Body({ schema: rulePatch }) patch: RulePatch,
    @Headers('if-match') ifMatch: string | undefined,
    @Caller() { tenant }: ApiCaller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const revision = ifMatch === undefined ? undefined : await this.matched(tenant, id, ifMatch);
    const changed = await this.commands.execute(new ChangeRule({ tenant, id, patch, revision }));
    void reply.header('etag', etagOf(changed.revision));
    return viewOfRule(changed);
  }

  @Delete(':id')
  @Answers(
    { 204: null },
    {
      summary: 'Delete a rule',
      description: 'What it has caused so far goes on.',
      scope: 'operator',
      errors: [eventErrors.ruleNotFound],
      tags,
    },
  )
  async remove(@Param('id') id: string, @Caller() { tenant }: ApiCaller): Promise<void> {
    await this.commands.execute(new DeleteRule({ tenant, id }));
  }

  /** The revision that the caller's If-Match stands for; the command holds the change to it. */
  private async matched(tenant: string, id: string, ifMatch: string): Promise<number> {
    const { revision } = await this.queries.execute(new GetRule({ tenant, id }));
    checkIfMatch(ifMatch, revision);
    return revision;
  }
}
