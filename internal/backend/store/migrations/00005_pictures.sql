-- Profile pictures: one is shown, the next one waits for staff or was rejected.
-- The JPEGs are kept here, so that a backup has all of it; what is rejected is not
-- kept. BYTEA holds bytes in both databases.

-- +goose Up
CREATE TABLE pictures (
    account TEXT   NOT NULL REFERENCES accounts (id),
    slot    TEXT   NOT NULL,
    state   TEXT   NOT NULL,
    version TEXT   NOT NULL,
    reason  TEXT   NOT NULL,
    pixels  TEXT   NOT NULL,
    jpeg    BYTEA  NOT NULL,
    at      BIGINT NOT NULL,
    PRIMARY KEY (account, slot, state)
);
CREATE INDEX pictures_pixels ON pictures (pixels);
CREATE INDEX pictures_waiting ON pictures (at) WHERE state = 'waiting';

-- +goose Down
DROP TABLE pictures;
