CREATE TABLE "trips" (
  "id" TEXT PRIMARY KEY,
  "created_at" TEXT NOT NULL,
  "code" TEXT NOT NULL UNIQUE,
  "driver" TEXT NOT NULL,
  "start" TEXT NOT NULL,
  "stops" TEXT NOT NULL,
  "distance" BIGINT CHECK ("distance" >= 0),
  "express" BOOLEAN NOT NULL,
  "leaves" TEXT NOT NULL,
  "status" TEXT NOT NULL DEFAULT 'pending',
  "price" BIGINT
);
