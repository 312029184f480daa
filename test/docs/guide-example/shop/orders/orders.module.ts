import { Module } from '@nestjs/common';
import { StoredOrders } from './adapters/stored-orders.js';
import { PlaceOrderHandler } from './commands/place-order.js';
import { OrderBook } from './domain/order-book.js';

/** Takes orders. */
@Module({
  providers: [{ provide: OrderBook, useClass: StoredOrders }, PlaceOrderHandler],
})
export class OrdersModule {}
