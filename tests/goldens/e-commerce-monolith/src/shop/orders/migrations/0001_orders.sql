CREATE TABLE "orders" (
  "id" TEXT PRIMARY KEY,
  "created_at" TEXT NOT NULL,
  "user_id" TEXT NOT NULL,
  "items" TEXT NOT NULL,
  "payment_method" TEXT NOT NULL,
  "status" TEXT NOT NULL DEFAULT 'pending',
  "total" BIGINT,
  "reason" TEXT
);
