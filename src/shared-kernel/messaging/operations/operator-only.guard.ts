import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { findCaller } from '#shared-kernel/auth/caller.js';
import { messagingErrors } from '../reaction-errors.js';

/**
 * Lets only keys of the operator in: a reaction works for all tenants, and its parked events are
 * theirs.
 */
@Injectable()
export class OperatorOnly implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const caller = findCaller(context.switchToHttp().getRequest<FastifyRequest>());
    if (caller?.operator === true) return true;
    throw messagingErrors.operatorOnly('The key in use belongs to a tenant.');
  }
}
