-- +goose Up
CREATE TABLE shows (
    id        TEXT   NOT NULL PRIMARY KEY,
    performer TEXT   NOT NULL REFERENCES accounts (id),
    member    TEXT   NOT NULL REFERENCES accounts (id),
    state     TEXT   NOT NULL,
    price     BIGINT NOT NULL, -- millicredits a minute
    hold      TEXT   NOT NULL, -- '' while none is made
    asked     BIGINT NOT NULL, -- Unix ms, as the following; 0 before
    answered  BIGINT NOT NULL,
    started   BIGINT NOT NULL,
    ended     BIGINT NOT NULL,
    delivered BIGINT NOT NULL, -- ms that are paid
    charged   BIGINT NOT NULL, -- millicredits
    ticks     BIGINT NOT NULL, -- that are paid
    reason    TEXT   NOT NULL
);
CREATE INDEX shows_of_performer ON shows (performer, state);
CREATE INDEX shows_of_member ON shows (member, state);

-- A room that is closed to all but a show's payer. A show has those of all accounts
-- that share a person with its performer, or none: the row is also what makes two
-- shows of one person impossible. It goes when she has read that she is free.
CREATE TABLE curtains (
    room TEXT NOT NULL PRIMARY KEY REFERENCES rooms (name),
    show TEXT NOT NULL REFERENCES shows (id)
);

-- +goose Down
DROP TABLE curtains;
DROP TABLE shows;
