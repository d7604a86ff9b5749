CREATE TABLE "trips" (
  "id" TEXT PRIMARY KEY,
  "created_at" TEXT NOT NULL,
  "code" TEXT NOT NULL, -- type code: str
  "driver" TEXT NOT NULL, -- type driver: ref(drivers)
  "start" TEXT NOT NULL, -- type start: place
  "stops" TEXT NOT NULL, -- type stops: list[stop]
  "distance" BIGINT CONSTRAINT "trips_distance_check" CHECK ("distance" >= 0), -- type distance: int
  "express" BOOLEAN NOT NULL, -- type express: bool
  "leaves" TEXT NOT NULL, -- type leaves: time
  "status" TEXT NOT NULL DEFAULT 'pending', -- type status: str
  "price" BIGINT -- type price: money
);
CREATE UNIQUE INDEX "trips__code__unique" ON "trips" ("code");
