package web

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"

	"github.com/jasmincam/jasmincam/internal/backend/web/reply"
	"github.com/jasmincam/jasmincam/internal/domain"
)

type roomList struct {
	Rooms []domain.Room `json:"rooms"`
}

func (s *Site) rooms(r *http.Request) (roomList, error) {
	rooms, err := s.Backend.OnlineRooms(r.Context())
	return roomList{Rooms: list(rooms)}, err
}

func (s *Site) room(r *http.Request) (domain.Room, error) {
	return s.Backend.Room(r.Context(), r.PathValue("performer"))
}

func (s *Site) setOnline(r *http.Request, in domain.Presence) (domain.Room, error) {
	return s.Backend.SetOnline(r.Context(), r.PathValue("performer"), in.Online)
}

func (s *Site) setPaused(r *http.Request, in domain.Pause) (domain.Room, error) {
	return s.Backend.SetPaused(r.Context(), r.PathValue("performer"), in.Paused)
}

func (s *Site) settings(r *http.Request) (domain.RoomSettings, error) {
	settings, err := s.Backend.Settings(r.Context(), r.PathValue("performer"))
	settings.GuestsClosedIn = list(settings.GuestsClosedIn)
	return settings, err
}

func (s *Site) setSettings(r *http.Request, in domain.RoomSettings) (domain.RoomSettings, error) {
	if err := s.Backend.SetSettings(r.Context(), r.PathValue("performer"), in); err != nil {
		return domain.RoomSettings{}, err
	}
	return s.settings(r)
}

type streamKey struct {
	Key string `json:"stream_key"`
}

func (s *Site) newStreamKey(w http.ResponseWriter, r *http.Request) {
	key, err := s.Backend.NewStreamKey(r.Context(), r.PathValue("performer"))
	if err != nil {
		fail(w, err)
		return
	}
	reply.JSON(w, http.StatusCreated, streamKey{Key: key})
}

func (s *Site) setThumbnail(w http.ResponseWriter, r *http.Request) {
	if kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";"); strings.TrimSpace(kind) != "image/jpeg" {
		fail(w, domain.Errorf("thumbnail", domain.KindInvalid, "Send the picture as image/jpeg."))
		return
	}
	picture, err := readBody(w, r, domain.MaxThumbnail)
	if err == nil {
		err = s.Backend.SetThumbnail(r.Context(), r.PathValue("performer"), picture)
	}
	if err != nil {
		fail(w, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func (s *Site) thumbnail(w http.ResponseWriter, r *http.Request) {
	picture, err := s.Backend.Thumbnail(r.Context(), r.PathValue("performer"))
	if err != nil {
		fail(w, err)
		return
	}
	writeJPEG(w, r, picture)
}

// writeJPEG lets the browser keep the picture, but not show it without asking: the
// door may have closed meanwhile.
func writeJPEG(w http.ResponseWriter, r *http.Request, picture []byte) {
	sum := sha256.Sum256(picture)
	tag := `"` + hex.EncodeToString(sum[:12]) + `"`
	h := w.Header()
	h.Set("ETag", tag)
	h.Set("Cache-Control", "private, no-cache")
	if r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Type", "image/jpeg")
	_, _ = w.Write(picture) // a client that left is no error of ours
}

type broadcastBody struct {
	Accounts []string `json:"accounts"`
}

// begin completes a relative upload address with the host that the caller used.
func (s *Site) begin(r *http.Request, in broadcastBody) (domain.Grant, error) {
	grant, err := s.Backend.Begin(r.Context(), in.Accounts)
	if err != nil {
		return domain.Grant{}, err
	}
	grant.WHIPURL = s.absolute(r, grant.WHIPURL)
	grant.Rooms = list(grant.Rooms)
	return grant, nil
}

func (s *Site) absolute(r *http.Request, address string) string {
	if !strings.HasPrefix(address, "/") {
		return address
	}
	scheme := "http"
	// A caller that comes through the proxy used TLS up to there, unless the
	// proxy says otherwise; one that comes straight used what it used.
	behindProxy := r.Header.Get("X-Forwarded-For") != "" && r.Header.Get("X-Forwarded-Proto") != "http"
	if r.TLS != nil || s.Secure && behindProxy {
		scheme = "https"
	}
	return scheme + "://" + r.Host + address
}
