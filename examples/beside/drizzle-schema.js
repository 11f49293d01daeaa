import { pgTable, text } from 'drizzle-orm/pg-core';

export const tenants = pgTable('tenants', { id: text('id').primaryKey() });
