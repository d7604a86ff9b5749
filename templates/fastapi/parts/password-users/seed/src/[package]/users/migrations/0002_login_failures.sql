CREATE TABLE _login_failures (
  key TEXT PRIMARY KEY,
  until REAL NOT NULL
);
CREATE INDEX _login_failures_until ON _login_failures (until);
