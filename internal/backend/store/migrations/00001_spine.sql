-- One text for SQLite and PostgreSQL: ids and hashes (hex) are TEXT, times (Unix
-- ms), money and flags are BIGINT, nothing is NULL.

-- +goose Up
CREATE TABLE accounts (
    id             TEXT   NOT NULL PRIMARY KEY,
    role           TEXT   NOT NULL,
    name           TEXT   NOT NULL UNIQUE,
    email          TEXT   NOT NULL UNIQUE,
    password       TEXT   NOT NULL,
    state          TEXT   NOT NULL,
    reason         TEXT   NOT NULL,
    studio         TEXT   NOT NULL,
    studio_percent BIGINT NOT NULL,
    created        BIGINT NOT NULL,
    changed        BIGINT NOT NULL
);
CREATE INDEX accounts_studio ON accounts (studio);

CREATE TABLE persons (
    id         TEXT   NOT NULL PRIMARY KEY,
    full_name  TEXT   NOT NULL,
    birth_date TEXT   NOT NULL,
    country    TEXT   NOT NULL,
    verified   BIGINT NOT NULL,
    verifier   TEXT   NOT NULL
);
CREATE TABLE account_persons (
    account TEXT NOT NULL REFERENCES accounts (id),
    person  TEXT NOT NULL REFERENCES persons (id),
    PRIMARY KEY (account, person)
);

CREATE TABLE applications (
    account    TEXT   NOT NULL PRIMARY KEY REFERENCES accounts (id),
    full_name  TEXT   NOT NULL,
    birth_date TEXT   NOT NULL,
    country    TEXT   NOT NULL,
    at         BIGINT NOT NULL
);

CREATE TABLE rooms (
    name          TEXT   NOT NULL PRIMARY KEY,
    account       TEXT   NOT NULL UNIQUE REFERENCES accounts (id),
    guest_chat    BIGINT NOT NULL,
    home_closed   BIGINT NOT NULL,
    guests_closed TEXT   NOT NULL,
    state         TEXT   NOT NULL,
    since         BIGINT NOT NULL
);

CREATE TABLE sessions (
    id      TEXT   NOT NULL PRIMARY KEY,
    account TEXT   NOT NULL REFERENCES accounts (id),
    hash    TEXT   NOT NULL UNIQUE,
    device  TEXT   NOT NULL,
    created BIGINT NOT NULL,
    seen    BIGINT NOT NULL,
    life    BIGINT NOT NULL,
    expires BIGINT NOT NULL
);
CREATE INDEX sessions_account ON sessions (account);

CREATE TABLE stream_keys (
    account TEXT   NOT NULL PRIMARY KEY REFERENCES accounts (id),
    hash    TEXT   NOT NULL UNIQUE,
    at      BIGINT NOT NULL
);

CREATE TABLE broadcasts (
    hash    TEXT   NOT NULL PRIMARY KEY,
    expires BIGINT NOT NULL
);
CREATE TABLE broadcast_sessions (
    broadcast TEXT   NOT NULL REFERENCES broadcasts (hash),
    n         BIGINT NOT NULL,
    session   TEXT   NOT NULL,
    PRIMARY KEY (broadcast, n)
);

CREATE TABLE bans (
    room    TEXT   NOT NULL REFERENCES rooms (name),
    viewer  TEXT   NOT NULL,
    account TEXT   NOT NULL,
    guest   TEXT   NOT NULL,
    origin  TEXT   NOT NULL,
    until   BIGINT NOT NULL,
    at      BIGINT NOT NULL,
    PRIMARY KEY (room, viewer)
);

CREATE TABLE streams (
    name TEXT   NOT NULL PRIMARY KEY,
    seq  BIGINT NOT NULL
);
CREATE TABLE events (
    stream   TEXT   NOT NULL,
    seq      BIGINT NOT NULL,
    kind     TEXT   NOT NULL,
    at       BIGINT NOT NULL,
    audience TEXT   NOT NULL,
    data     TEXT   NOT NULL,
    PRIMARY KEY (stream, seq)
);
CREATE INDEX events_at ON events (kind, at);

CREATE TABLE keys (
    scope  TEXT   NOT NULL,
    key    TEXT   NOT NULL,
    hash   TEXT   NOT NULL,
    answer TEXT   NOT NULL,
    at     BIGINT NOT NULL,
    PRIMARY KEY (scope, key)
);
CREATE INDEX keys_at ON keys (at);

CREATE TABLE purchases (
    id      TEXT   NOT NULL PRIMARY KEY,
    account TEXT   NOT NULL REFERENCES accounts (id),
    package TEXT   NOT NULL,
    credits BIGINT NOT NULL,
    bonus   BIGINT NOT NULL,
    cents   BIGINT NOT NULL,
    state   TEXT   NOT NULL,
    at      BIGINT NOT NULL
);
CREATE INDEX purchases_account ON purchases (account);
CREATE TABLE notices (
    id       TEXT   NOT NULL PRIMARY KEY,
    purchase TEXT   NOT NULL REFERENCES purchases (id),
    state    TEXT   NOT NULL,
    cents    BIGINT NOT NULL,
    at       BIGINT NOT NULL
);

CREATE TABLE holds (
    id        TEXT   NOT NULL PRIMARY KEY,
    member    TEXT   NOT NULL REFERENCES accounts (id),
    performer TEXT   NOT NULL REFERENCES accounts (id),
    period    TEXT   NOT NULL,
    at        BIGINT NOT NULL
);

CREATE TABLE entries (
    id       TEXT   NOT NULL PRIMARY KEY,
    key      TEXT   NOT NULL UNIQUE,
    kind     TEXT   NOT NULL,
    at       BIGINT NOT NULL,
    position BIGINT NOT NULL,
    hash     TEXT   NOT NULL
);
CREATE INDEX entries_position ON entries (position);
CREATE INDEX entries_unsealed ON entries (at, id) WHERE position = 0;
CREATE TABLE postings (
    entry   TEXT   NOT NULL REFERENCES entries (id),
    n       BIGINT NOT NULL,
    account TEXT   NOT NULL,
    asset   TEXT   NOT NULL,
    amount  BIGINT NOT NULL,
    PRIMARY KEY (entry, n)
);
CREATE TABLE balances (
    account TEXT   NOT NULL,
    asset   TEXT   NOT NULL,
    amount  BIGINT NOT NULL CHECK (amount >= 0),
    PRIMARY KEY (account, asset)
);
CREATE TABLE chain (
    name     TEXT   NOT NULL PRIMARY KEY,
    position BIGINT NOT NULL,
    hash     TEXT   NOT NULL
);
INSERT INTO chain (name, position, hash) VALUES ('ledger', 0, '');

CREATE TABLE audit (
    id      TEXT   NOT NULL PRIMARY KEY,
    at      BIGINT NOT NULL,
    actor   TEXT   NOT NULL,
    act     TEXT   NOT NULL,
    subject TEXT   NOT NULL,
    detail  TEXT   NOT NULL
);
CREATE INDEX audit_subject ON audit (subject, at);

-- +goose Down
DROP TABLE audit;
DROP TABLE chain;
DROP TABLE balances;
DROP TABLE postings;
DROP TABLE entries;
DROP TABLE holds;
DROP TABLE notices;
DROP TABLE purchases;
DROP TABLE keys;
DROP TABLE events;
DROP TABLE streams;
DROP TABLE bans;
DROP TABLE broadcast_sessions;
DROP TABLE broadcasts;
DROP TABLE stream_keys;
DROP TABLE sessions;
DROP TABLE rooms;
DROP TABLE applications;
DROP TABLE account_persons;
DROP TABLE persons;
DROP TABLE accounts;
