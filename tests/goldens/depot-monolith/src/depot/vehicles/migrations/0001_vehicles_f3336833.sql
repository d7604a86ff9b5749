CREATE TABLE "vehicles" (
  "id" TEXT PRIMARY KEY,
  "created_at" TEXT NOT NULL,
  "trip_id" TEXT NOT NULL, -- type trip_id: str
  "express" BOOLEAN NOT NULL, -- type express: bool
  "status" TEXT NOT NULL DEFAULT 'pending' -- type status: str
);
