-- How performers and studios are paid: the calendar that the books are kept by, who
-- brought which member, who is protected, where money goes to, and what was paid.

-- +goose Up
CREATE TABLE terms (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE referral_codes (
    account TEXT NOT NULL PRIMARY KEY REFERENCES accounts (id),
    code    TEXT NOT NULL UNIQUE
);
CREATE TABLE referred (
    member   TEXT   NOT NULL PRIMARY KEY REFERENCES accounts (id),
    referrer TEXT   NOT NULL REFERENCES accounts (id),
    at       BIGINT NOT NULL
);
CREATE INDEX referred_referrer ON referred (referrer);

CREATE TABLE protections (
    account TEXT   NOT NULL PRIMARY KEY REFERENCES accounts (id),
    state   TEXT   NOT NULL,
    since   TEXT   NOT NULL,
    reason  TEXT   NOT NULL,
    at      BIGINT NOT NULL
);

CREATE TABLE payees (
    account   TEXT   NOT NULL PRIMARY KEY REFERENCES accounts (id),
    cents     BIGINT NOT NULL,
    company   BIGINT NOT NULL,
    holder    TEXT   NOT NULL,
    reference TEXT   NOT NULL
);
CREATE TABLE payout_runs (
    id    TEXT   NOT NULL PRIMARY KEY,
    at    BIGINT NOT NULL,
    actor TEXT   NOT NULL,
    done  BIGINT NOT NULL
);
CREATE INDEX payout_runs_cut_off ON payout_runs (id) WHERE done = 0;
CREATE TABLE payouts (
    entry     TEXT   NOT NULL PRIMARY KEY REFERENCES entries (id),
    run       TEXT   NOT NULL,
    account   TEXT   NOT NULL REFERENCES accounts (id),
    at        BIGINT NOT NULL,
    cents     BIGINT NOT NULL,
    fee       BIGINT NOT NULL,
    company   BIGINT NOT NULL,
    holder    TEXT   NOT NULL,
    reference TEXT   NOT NULL
);
CREATE INDEX payouts_account ON payouts (account, at);
CREATE INDEX payouts_run ON payouts (run);

-- +goose Down
DROP TABLE payouts;
DROP TABLE payout_runs;
DROP TABLE payees;
DROP TABLE protections;
DROP TABLE referred;
DROP TABLE referral_codes;
DROP TABLE terms;
