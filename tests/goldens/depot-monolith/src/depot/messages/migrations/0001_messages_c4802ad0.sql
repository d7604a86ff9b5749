CREATE TABLE "messages" (
  "id" TEXT PRIMARY KEY,
  "created_at" TEXT NOT NULL,
  "trip_id" TEXT NOT NULL, -- type trip_id: str
  "driver" TEXT NOT NULL -- type driver: str
);
