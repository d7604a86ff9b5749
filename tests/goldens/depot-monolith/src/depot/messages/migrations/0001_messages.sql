CREATE TABLE "messages" (
  "id" TEXT PRIMARY KEY,
  "created_at" TEXT NOT NULL,
  "trip_id" TEXT NOT NULL,
  "driver" TEXT NOT NULL
);
