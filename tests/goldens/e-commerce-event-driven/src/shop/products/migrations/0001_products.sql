CREATE TABLE "products" (
  "id" TEXT PRIMARY KEY,
  "created_at" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  "price" BIGINT NOT NULL CHECK ("price" >= 0),
  "stock" BIGINT NOT NULL CHECK ("stock" >= 0)
);
