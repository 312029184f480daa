import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { type ApiCaller, Caller } from '#shared-kernel/auth/caller.js';
import { Answers } from '#shared-kernel/http/answers.decorator.js';
import { etagOf } from '#shared-kernel/http/if-match.js';
import { pageQuery, pageSchema } from '#shared-kernel/http/paging.js';
import { eventErrors } from '../errors.js';
import { FindRules } from '../queries/find-rules.js';
import { GetRule } from '../queries/get-rule.js';
import { ruleView, viewOfRule } from './rule-view.js';

const listQuery = z.object(pageQuery);
const tags = ['Rules'];

/** `/v1/rules`: shows what happens to events. */
@Controller('v1/rules')
export class RuleListController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Answers(
    { 200: pageSchema(ruleView) },
    { summary: 'List rules, oldest first', scope: 'viewer', tags },
  )
  async list(
    @Query({ schema: listQuery }) { cursor, limit }: z.infer<typeof listQuery>,
    @Caller() { tenant }: ApiCaller,
  ) {
    const after = cursor === undefined ? undefined : String(cursor);
    const page = await this.queries.execute(new FindRules({ tenant, limit, after }));
    return { ...page, items: page.items.map(viewOfRule) };
  }

  @Get(':id')
  @Answers(
    { 200: ruleView },
    { summary: 'Read a rule', scope: 'viewer', errors: [eventErrors.ruleNotFound], tags },
  )
  async read(
    @Param('id') id: string,
    @Caller() { tenant }: ApiCaller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const rule = await this.queries.execute(new GetRule({ tenant, id }));
    void reply.header('etag', etagOf(rule.revision));
    return viewOfRule(rule);
  }
}
