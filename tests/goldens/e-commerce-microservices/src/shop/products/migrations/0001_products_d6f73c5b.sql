CREATE TABLE "products" (
  "id" TEXT PRIMARY KEY,
  "created_at" TEXT NOT NULL,
  "name" TEXT NOT NULL, -- type name: str
  "price" BIGINT NOT NULL CONSTRAINT "products_price_check" CHECK ("price" >= 0), -- type price: money
  "stock" BIGINT NOT NULL CONSTRAINT "products_stock_check" CHECK ("stock" >= 0) -- type stock: int
);
