package web

import (
	"net/http"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// How many lines GET messages answers at most, and without a limit.
const (
	maxMessages     = 200
	defaultMessages = 50
)

func (s *Site) say(r *http.Request, in domain.Line) (domain.Message, error) {
	return s.Backend.Say(r.Context(), r.PathValue("performer"), in)
}

type messageList struct {
	Messages []domain.Message `json:"messages"`
}

func (s *Site) messages(r *http.Request) (messageList, error) {
	after, err := number(r, "after")
	if err != nil {
		return messageList{}, err
	}
	limit, err := number(r, "limit")
	if err != nil {
		return messageList{}, err
	}
	if limit == 0 {
		limit = defaultMessages
	}
	lines, err := s.Backend.Messages(r.Context(), r.PathValue("performer"), after, int(min(limit, maxMessages)))
	for i := range lines {
		lines[i].Key = "" // told to the sender only, when it is sent
	}
	return messageList{Messages: list(lines)}, err
}

func (s *Site) tip(r *http.Request, in domain.Tip) (domain.Receipt, error) {
	return s.Backend.Tip(r.Context(), r.PathValue("performer"), in)
}

type banBody struct {
	Viewer  string `json:"viewer"`
	Minutes int    `json:"minutes"`
}

func (s *Site) ban(r *http.Request, in banBody) (domain.Ban, error) {
	return s.Backend.Ban(r.Context(), r.PathValue("performer"), in.Viewer, in.Minutes)
}

type banList struct {
	Bans []domain.Ban `json:"bans"`
}

func (s *Site) bans(r *http.Request) (banList, error) {
	bans, err := s.Backend.Bans(r.Context(), r.PathValue("performer"))
	return banList{Bans: list(bans)}, err
}

func (s *Site) lift(r *http.Request) error {
	return s.Backend.Lift(r.Context(), r.PathValue("performer"), r.PathValue("viewer"))
}
