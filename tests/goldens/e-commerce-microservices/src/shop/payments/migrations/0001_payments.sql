CREATE TABLE "payments" (
  "id" TEXT PRIMARY KEY,
  "created_at" TEXT NOT NULL,
  "order_id" TEXT NOT NULL UNIQUE,
  "user_id" TEXT NOT NULL,
  "amount" BIGINT NOT NULL,
  "status" TEXT NOT NULL DEFAULT 'pending'
);
