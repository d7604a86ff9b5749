CREATE TABLE "vehicles" (
  "id" TEXT PRIMARY KEY,
  "created_at" TEXT NOT NULL,
  "trip_id" TEXT NOT NULL,
  "express" BOOLEAN NOT NULL,
  "status" TEXT NOT NULL DEFAULT 'pending'
);
