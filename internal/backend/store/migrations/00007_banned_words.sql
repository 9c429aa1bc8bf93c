-- Words that drop a line of the chat, one a line of text (domain C8).

-- +goose Up
ALTER TABLE rooms ADD COLUMN banned_words TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE rooms DROP COLUMN banned_words;
