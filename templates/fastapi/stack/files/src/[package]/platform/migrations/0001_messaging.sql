CREATE TABLE action_outcomes (
  scope TEXT NOT NULL,
  action TEXT NOT NULL,
  outcome TEXT NOT NULL,
  added REAL NOT NULL,
  PRIMARY KEY (scope, action)
);
CREATE INDEX action_outcomes_added ON action_outcomes (added);
CREATE TABLE idempotency_keys (
  owner TEXT NOT NULL,
  route TEXT NOT NULL,
  key TEXT NOT NULL,
  body TEXT NOT NULL,
  resource TEXT NOT NULL,
  expires REAL NOT NULL,
  PRIMARY KEY (owner, route, key)
);
CREATE INDEX idempotency_keys_expired ON idempotency_keys (expires);
CREATE TABLE tasks (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL,
  handler TEXT NOT NULL,
  key TEXT NOT NULL,
  body TEXT NOT NULL,
  traceparent TEXT NOT NULL,
  status TEXT NOT NULL DEFAULT 'waiting',
  attempts INTEGER NOT NULL DEFAULT 0,
  due REAL NOT NULL,
  added REAL NOT NULL,
  error TEXT,
  first_error TEXT,
  stack TEXT,
  failed REAL,
  UNIQUE (id, handler)
);
CREATE INDEX tasks_open ON tasks (key, seq) WHERE status <> 'done';
CREATE INDEX tasks_due ON tasks (due) WHERE status = 'waiting';
CREATE INDEX tasks_done ON tasks (added) WHERE status = 'done';
