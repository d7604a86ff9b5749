CREATE TABLE _clock (seconds REAL NOT NULL);
INSERT INTO _clock SELECT coalesce(max(noted), 0) FROM (
  SELECT added AS noted FROM _tasks
  UNION ALL SELECT added FROM _action_outcomes
  UNION ALL SELECT expires - 86400 FROM _idempotency_keys
) AS times;
ALTER TABLE _tasks ADD COLUMN span REAL NOT NULL DEFAULT 5;
ALTER TABLE _tasks ADD COLUMN epoch INTEGER NOT NULL DEFAULT 0;
CREATE TABLE _workflows (
  workflow TEXT NOT NULL,
  key TEXT NOT NULL,
  begun REAL NOT NULL,
  PRIMARY KEY (workflow, key)
);
CREATE INDEX _workflows_begun ON _workflows (begun);
