import { Controller, Get, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Meter } from '#shared-kernel/observability/meter.js';
import { Answers } from './answers.decorator.js';

/** What Prometheus scrapes. */
@Controller('metrics')
export class MetricsController {
  constructor(private readonly meter: Meter) {}

  @Get()
  @Answers(
    { 200: { mediaType: 'application/openmetrics-text' } },
    {
      summary: 'All metrics',
      description: 'Needs an API key with the scope `viewer` when METRICS_PUBLIC is false.',
      scope: 'metrics',
      tags: ['Operations'],
    },
  )
  async metrics(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    const { contentType, body } = await this.meter.expose();
    void reply.header('content-type', contentType);
    return body;
  }
}
