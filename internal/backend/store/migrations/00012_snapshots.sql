-- Paying snapshots: what was asked for, and the pictures that were sold. They stay
-- until their buyer deletes them, or for their time; the row of the sale stays.

-- +goose Up
CREATE TABLE snapshots (
    id        TEXT   NOT NULL PRIMARY KEY, -- unguessable
    performer TEXT   NOT NULL REFERENCES accounts (id),
    member    TEXT   NOT NULL REFERENCES accounts (id),
    state     TEXT   NOT NULL,
    price     BIGINT NOT NULL, -- millicredits
    show      TEXT   NOT NULL, -- the private show in which it was asked for, '' in none
    asked     BIGINT NOT NULL, -- Unix ms
    ended     BIGINT NOT NULL, -- 0 before
    reason    TEXT   NOT NULL,
    entry     TEXT   NOT NULL, -- in the ledger, '' when nothing was paid
    width     BIGINT NOT NULL,
    height    BIGINT NOT NULL
);
CREATE INDEX snapshots_of_performer ON snapshots (performer, asked);
CREATE UNIQUE INDEX snapshots_on_their_way ON snapshots (member) WHERE state = 'asked';

CREATE TABLE snapshot_pictures (
    snapshot TEXT   NOT NULL PRIMARY KEY REFERENCES snapshots (id),
    jpeg     BYTEA  NOT NULL,
    small    BYTEA  NOT NULL,
    at       BIGINT NOT NULL
);
CREATE INDEX snapshot_pictures_at ON snapshot_pictures (at);

-- +goose Down
DROP TABLE snapshot_pictures;
DROP TABLE snapshots;
