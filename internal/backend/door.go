package backend

import (
	"context"
	"encoding/hex"
	"strings"
	"time"

	"github.com/jasmincam/jasmincam/internal/backend/auth"
	"github.com/jasmincam/jasmincam/internal/backend/bus"
	"github.com/jasmincam/jasmincam/internal/backend/media"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// registry is what the door asks; *store.Store is one.
type registry interface {
	BroadcastSessions(ctx context.Context, tokenHash []byte) ([]domain.Session, error)
	AccountByStreamKey(ctx context.Context, keyHash []byte) (domain.Account, error)
	SharePerson(ctx context.Context, ids ...domain.AccountID) (bool, error)
	Door(ctx context.Context, performer string) error
}

// door implements media.Doorman: every answer comes from the store as it is at
// that moment.
type door struct{ registry registry }

// AdmitUpload tells which rooms a broadcast token or stream key may feed now:
// those of Active performers whose sessions live. KindUnauthenticated,
// KindForbidden with the words of the account's state.
func (d door) AdmitUpload(ctx context.Context, token string) (media.Upload, error) {
	hash := auth.HashToken(token)
	upload := media.Upload{ID: hex.EncodeToString(hash[:16])}
	switch {
	case auth.IsToken(token, auth.StreamKeyPrefix):
		acc, err := d.registry.AccountByStreamKey(ctx, hash)
		if err != nil {
			return media.Upload{}, err
		}
		if err := auth.MayBroadcast(acc); err != nil {
			return media.Upload{}, err
		}
		upload.Rooms, upload.AutoOnline = []string{acc.Name}, true
		return upload, nil
	case auth.IsToken(token, auth.BroadcastPrefix):
		sessions, err := d.registry.BroadcastSessions(ctx, hash)
		if err != nil {
			return media.Upload{}, err
		}
		upload.Rooms, err = d.rooms(ctx, sessions)
		return upload, err
	case strings.HasPrefix(token, auth.SessionPrefix):
		return media.Upload{}, domain.Errorf("upload", domain.KindUnauthenticated,
			"This is a session's token. Ask POST /api/v1/broadcasts for an upload token, or use a stream key.")
	}
	return media.Upload{}, domain.Errorf("upload", domain.KindUnauthenticated,
		"This is no upload token or stream key. Sign in again, or copy the stream key anew.")
}

// rooms keeps those sessions' rooms that may still be fed; the error is the
// reason of the first one that may not when none is left.
func (d door) rooms(ctx context.Context, sessions []domain.Session) (rooms []string, err error) {
	var ids []domain.AccountID
	err = domain.Errorf("upload", domain.KindUnauthenticated, "The sessions of this upload have ended. Sign in again.")
	refused := false
	for _, s := range sessions {
		if no := auth.MayBroadcast(s.Account); no != nil {
			if !refused {
				err, refused = no, true
			}
			continue
		}
		rooms, ids = append(rooms, s.Account.Name), append(ids, s.Account.ID)
	}
	if len(rooms) == 0 {
		return nil, err
	}
	if len(rooms) == 1 {
		return rooms, nil
	}
	shared, err := d.registry.SharePerson(ctx, ids...)
	if err != nil {
		return nil, err
	}
	if !shared {
		return nil, domain.Errorf("upload", domain.KindForbidden,
			"These accounts no longer belong to the same verified person. Go online with one of them, or contact support.")
	}
	return rooms, nil
}

// AdmitView asks the store's door for the actor of ctx.
func (d door) AdmitView(ctx context.Context, performer string) error {
	return d.registry.Door(ctx, performer)
}

// recheckEvery bounds how long somebody stays whose door closed without a bell:
// an expired session or token.
const recheckEvery = 5 * time.Second

// recheckPause follows each look, so that somebody who rings all the time does
// not make the server look at every view all the time.
const recheckPause = 200 * time.Millisecond

// keepDoors asks recheck at the bell "doors", at most five times a second, and
// at least every five seconds, until ctx ends.
func keepDoors(ctx context.Context, bell bus.Bell, recheck func()) {
	wake, stop := bell.Listen(bus.Doors)
	defer stop()
	ticker := time.NewTicker(recheckEvery)
	defer ticker.Stop()
	pause := time.NewTimer(recheckPause)
	defer pause.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-wake:
		case <-ticker.C:
		}
		recheck()
		pause.Reset(recheckPause)
		select {
		case <-ctx.Done():
			return
		case <-pause.C:
		}
	}
}
