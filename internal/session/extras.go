package session

import (
	"context"
	"encoding/json"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// Extras are what the payer of her show sends back now; zero while it is nothing.
type Extras struct {
	Show           string
	Cam2cam, Audio bool
}

// Extras tells what she is to see and hear.
func (a *Account) Extras() Extras {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.extras
}

// showSays takes in how a show stands; a.mu is held.
func (a *Account) showSays(data json.RawMessage) {
	var n domain.ShowNotice
	if json.Unmarshal(data, &n) == nil && n.Show.Room == a.name {
		a.extrasOf(n.Show)
	}
}

// extrasOf notes the extras of a show of hers; a.mu is held.
func (a *Account) extrasOf(s domain.Show) {
	on := Extras{Show: s.ID, Cam2cam: s.Cam2cam.On, Audio: s.Audio.On}
	switch s.State {
	case domain.ShowStarting, domain.ShowRunning, domain.ShowInterrupted:
	default:
		on = Extras{Show: s.ID}
	}
	switch {
	case on.Cam2cam || on.Audio:
		a.extras = on
	case a.extras.Show == s.ID:
		a.extras = Extras{}
	}
}

// readShows learns what was missed: the stream tells only what comes. Where it cannot be
// read, the next event tells.
func (a *Account) readShows(ctx context.Context) {
	open, err := a.cfg.Service.OpenShows(ctx)
	if err != nil {
		a.cfg.Log.Debug("the open shows cannot be read", "error", err)
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.extras = Extras{}
	for _, s := range open {
		if s.Room == a.name {
			a.extrasOf(s)
		}
	}
}
