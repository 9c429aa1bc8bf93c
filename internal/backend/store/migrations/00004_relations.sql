-- Who spent how much in whose room, with the performer's notes; the rooms that
-- members like; and what members allow themselves to spend.

-- +goose Up
CREATE TABLE relations (
    performer TEXT   NOT NULL REFERENCES accounts (id),
    member    TEXT   NOT NULL REFERENCES accounts (id),
    note      TEXT   NOT NULL,
    favourite BIGINT NOT NULL,
    spent     BIGINT NOT NULL,
    last      BIGINT NOT NULL,
    PRIMARY KEY (performer, member)
);
INSERT INTO relations (performer, member, note, favourite, spent, last)
    SELECT p.id, m.id, '', 0, CAST(SUM(-c.amount) AS BIGINT),
        MAX(CASE WHEN e.kind = 'tip' THEN e.at ELSE 0 END)
    FROM postings g JOIN entries e ON e.id = g.entry JOIN postings c ON c.entry = e.id AND c.asset = 'CREDIT'
        JOIN accounts p ON g.account LIKE 'gross:' || p.id || ':%' JOIN accounts m ON c.account = 'member:' || m.id
    WHERE g.asset = 'FACE' AND e.kind IN ('tip', 'refund') GROUP BY p.id, m.id;

CREATE TABLE favourites (
    member    TEXT   NOT NULL REFERENCES accounts (id),
    performer TEXT   NOT NULL REFERENCES accounts (id),
    at        BIGINT NOT NULL,
    PRIMARY KEY (member, performer)
);

CREATE TABLE budgets (
    account TEXT   NOT NULL PRIMARY KEY REFERENCES accounts (id),
    day     BIGINT NOT NULL,
    week    BIGINT NOT NULL,
    month   BIGINT NOT NULL
);

-- +goose Down
DROP TABLE budgets;
DROP TABLE favourites;
DROP TABLE relations;
