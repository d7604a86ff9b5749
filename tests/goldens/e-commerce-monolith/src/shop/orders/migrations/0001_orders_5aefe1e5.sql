CREATE TABLE "orders" (
  "id" TEXT PRIMARY KEY,
  "created_at" TEXT NOT NULL,
  "user_id" TEXT NOT NULL, -- type user_id: str
  "items" TEXT NOT NULL, -- type items: list[line]
  "payment_method" TEXT NOT NULL, -- type payment_method: str
  "status" TEXT NOT NULL DEFAULT 'pending', -- type status: str
  "total" BIGINT, -- type total: money
  "reason" TEXT -- type reason: str
);
