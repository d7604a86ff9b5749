CREATE TABLE "drivers" (
  "id" TEXT PRIMARY KEY,
  "created_at" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  "level" BIGINT NOT NULL CHECK ("level" >= 1)
);
