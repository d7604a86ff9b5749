ALTER TABLE outbox RENAME TO _outbox;
ALTER TABLE leases RENAME TO _leases;
