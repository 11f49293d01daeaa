// drizzle-kit looks at the schema `public` alone by default: Keystamp's tables are in `keystamp`.
export default {
  dialect: 'postgresql',
  schema: new URL('./drizzle-schema.js', import.meta.url).pathname,
  dbCredentials: { url: process.env.DATABASE_URL },
};
