CREATE TABLE "drivers" (
  "id" TEXT PRIMARY KEY,
  "created_at" TEXT NOT NULL,
  "name" TEXT NOT NULL, -- type name: str
  "level" BIGINT NOT NULL CONSTRAINT "drivers_level_check" CHECK ("level" >= 1) -- type level: int
);
