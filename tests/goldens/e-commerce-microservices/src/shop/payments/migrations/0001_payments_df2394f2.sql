CREATE TABLE "payments" (
  "id" TEXT PRIMARY KEY,
  "created_at" TEXT NOT NULL,
  "order_id" TEXT NOT NULL, -- type order_id: str
  "user_id" TEXT NOT NULL, -- type user_id: str
  "amount" BIGINT NOT NULL, -- type amount: money
  "status" TEXT NOT NULL DEFAULT 'pending' -- type status: str
);
CREATE UNIQUE INDEX "payments__order_id__unique" ON "payments" ("order_id");
