CREATE TABLE _jobs (
  name TEXT PRIMARY KEY,
  schedule TEXT NOT NULL,
  due TEXT NOT NULL
);
