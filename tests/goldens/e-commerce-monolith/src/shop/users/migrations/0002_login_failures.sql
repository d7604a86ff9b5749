CREATE TABLE login_failures (
  key TEXT PRIMARY KEY,
  until REAL NOT NULL
);
CREATE INDEX login_failures_until ON login_failures (until);
