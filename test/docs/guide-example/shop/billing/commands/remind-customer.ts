import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineCommand } from '#shared-kernel/contracts/message-contract.js';
import { EventLog } from '#shared-kernel/messaging/event-log.js';
import { CustomerReminded } from '../contracts/customer-reminded.event.js';

/** Reminds of a bill; the reaction that makes the bill queues it, and a payment cancels it. */
export class RemindCustomer extends defineCommand({
  name: 'billing.remind-customer',
  input: z.strictObject({ tenant: z.string(), orderId: z.string(), customerId: z.string() }),
  result: z.void(),
}) {}

@CommandHandler(RemindCustomer)
export class RemindCustomerHandler implements ICommandHandler<RemindCustomer> {
  constructor(private readonly log: EventLog) {}

  async execute({ input: { tenant, ...data } }: RemindCustomer): Promise<void> {
    await this.log.commit({ events: [CustomerReminded.of({ tenant, data })] });
  }
}

/** The name of the queued reminder, to cancel it by. */
export function reminderId(orderId: string): string {
  return `${orderId}:reminder`;
}
