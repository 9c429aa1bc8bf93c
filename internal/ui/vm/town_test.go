package vm

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/session"
	"github.com/jasmincam/jasmincam/internal/session/desk"
	"github.com/jasmincam/jasmincam/internal/settings"
	"github.com/jasmincam/jasmincam/internal/vault"
)

// town is a backend with accounts, sessions and passwords.
type town struct {
	mu       sync.Mutex
	accounts map[string]domain.Account // by e-mail
	tokens   map[string]string         // to e-mail
	sent     map[string]domain.Application
	streams  map[chan domain.Event]string // open ones, to e-mail
	seq      int64
	away     bool
	opened   int
	dialled  []string
	outs     []string
}

func newTown(names ...string) *town {
	w := &town{accounts: map[string]domain.Account{}, tokens: map[string]string{}, sent: map[string]domain.Application{},
		streams: map[chan domain.Event]string{}}
	for _, n := range names {
		w.accounts[n+"@example.com"] = domain.Account{Role: domain.RolePerformer, Name: n, Email: n + "@example.com", State: domain.StateActive}
	}
	return w
}

// gate is one client of the town.
type gate struct {
	Backend    // what is not below is never called
	town       *town
	url, token string
}

func (w *town) dial(url, token string) (Backend, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.dialled = append(w.dialled, url)
	if strings.Contains(url, "bad") {
		return nil, domain.Errorf("backend", domain.KindInvalid, "That is not an address of a backend.")
	}
	return &gate{town: w, url: strings.TrimRight(url, "/"), token: token}, nil
}

func (g *gate) URL() string   { return g.url }
func (g *gate) Token() string { return g.token }

func (g *gate) SignIn(_ context.Context, email, password, device string) (domain.Session, error) {
	g.town.mu.Lock()
	defer g.town.mu.Unlock()
	a, ok := g.town.accounts[email]
	if g.town.away {
		return domain.Session{}, away()
	}
	if !ok || password != "right" {
		return domain.Session{}, domain.Errorf("sign in", domain.KindUnauthenticated, "E-mail or password is wrong. Check both.")
	}
	g.town.opened++
	token := fmt.Sprint("token", g.town.opened)
	g.town.tokens[token] = email
	return domain.Session{Token: token, Account: a, Device: device}, nil
}

func (g *gate) SignUpPerformer(_ context.Context, s domain.SignUp) (domain.Account, error) {
	g.town.mu.Lock()
	defer g.town.mu.Unlock()
	if _, taken := g.town.accounts[s.Email]; taken {
		return domain.Account{}, domain.Errorf("sign up", domain.KindConflict, "This e-mail is taken. Sign in instead.")
	}
	a := domain.Account{Role: domain.RolePerformer, Name: s.Name, Email: s.Email, State: domain.StateUnfinished}
	g.town.accounts[s.Email] = a
	return a, nil
}

func (g *gate) Apply(_ context.Context, performer string, a domain.Application) (domain.Account, error) {
	g.town.mu.Lock()
	defer g.town.mu.Unlock()
	email := performer + "@example.com"
	who := g.town.accounts[email]
	if a.BirthDate == "" {
		return domain.Account{}, domain.Errorf("apply", domain.KindInvalid, "Write the birth date.")
	}
	who.State, who.Reason = domain.StateSubmitted, ""
	g.town.accounts[email] = who
	g.town.sent[email] = a
	return who, nil
}

func (g *gate) Application(_ context.Context, performer string) (domain.Application, error) {
	g.town.mu.Lock()
	defer g.town.mu.Unlock()
	return g.town.sent[performer+"@example.com"], nil
}

// decides is what staff does; whoever listens is told.
func (w *town) decides(email string, state domain.AccountState, reason string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	a := w.accounts[email]
	a.State, a.Reason = state, reason
	w.accounts[email] = a
	w.seq++
	for stream, of := range w.streams {
		if of == email {
			stream <- domain.Event{Seq: w.seq, Kind: domain.EventAccount}
		}
	}
}

// cut ends every stream, and lets nobody in until the test sets away again.
func (w *town) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.away = true
	for stream := range w.streams {
		close(stream)
		delete(w.streams, stream)
	}
}

func (w *town) back() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.away = false
}

func (g *gate) Events(ctx context.Context, room string, _ int64) (iter.Seq2[domain.Event, error], error) {
	g.town.mu.Lock()
	defer g.town.mu.Unlock()
	email := g.town.tokens[g.token]
	if g.town.away || email == "" || room != "" {
		return nil, away()
	}
	stream := make(chan domain.Event, 10)
	g.town.streams[stream] = email
	return func(yield func(domain.Event, error) bool) {
		for {
			select {
			case e, open := <-stream:
				if !open || !yield(e, nil) {
					return
				}
			case <-ctx.Done():
				return
			}
		}
	}, nil
}

func (g *gate) Me(context.Context) (domain.Me, error) {
	g.town.mu.Lock()
	defer g.town.mu.Unlock()
	email, ok := g.town.tokens[g.token]
	switch {
	case g.town.away:
		return domain.Me{}, away()
	case !ok:
		return domain.Me{}, domain.Errorf("me", domain.KindUnauthenticated, "Sign in again.")
	}
	return domain.Me{Account: g.town.accounts[email], Seq: g.town.seq}, nil
}

func (g *gate) SignOut(context.Context) error {
	g.town.mu.Lock()
	defer g.town.mu.Unlock()
	g.town.outs = append(g.town.outs, g.town.tokens[g.token])
	delete(g.town.tokens, g.token)
	return nil
}

// seatsAt is a desk that only remembers who sits there.
type seatsAt struct {
	mu      sync.Mutex
	entries map[string]desk.Entry
}

func (s *seatsAt) Add(e desk.Entry) *session.Account {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.entries[e.Email] = e
	return nil
}

func (s *seatsAt) Remove(email string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.entries, email)
}

func (s *seatsAt) who() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []string
	for email := range s.entries {
		out = append(out, email)
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

// diary is a follower that writes down what it hears.
type diary struct {
	mu    sync.Mutex
	lines []string
}

func (d *diary) note(line string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lines = append(d.lines, line)
}
func (d *diary) Enter(a Account)                   { d.note("enter " + a.Letter + " " + a.Name) }
func (d *diary) Told(email string, e domain.Event) { d.note("told " + email + " " + string(e.Kind)) }
func (d *diary) Leave(email string)                { d.note("leave " + email) }
func (d *diary) String() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return strings.Join(d.lines, ", ")
}

// porch is everything around a SignIn.
type porch struct {
	*SignIn
	town    *town
	desk    *seatsAt
	diary   *diary
	kept    *settings.Store
	secrets *keepsake
	cfg     SignInConfig
}

func newPorch(t *testing.T, names ...string) *porch {
	t.Helper()
	kept, err := settings.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	p := &porch{town: newTown(names...), desk: &seatsAt{entries: map[string]desk.Entry{}}, diary: &diary{}, kept: kept, secrets: &keepsake{}}
	p.cfg = SignInConfig{Desk: p.desk, Kept: kept, Dial: p.town.dial, Followers: []Follower{p.diary}, URL: "https://one.example", Device: "test",
		Keyring:  func() (Secrets, error) { return p.secrets, nil },
		Sealed:   func(string) (Secrets, error) { return nil, errors.New("no sealed file here") },
		IsSealed: func() bool { return false },
		Memory:   func() Secrets { return &vault.Memory{} }}
	return p
}

// keepsake is a vault that outlives the program: closing it forgets nothing.
type keepsake struct {
	vault.Memory
	refuses error
	block   chan struct{} // until it is closed, Put waits
}

func (k *keepsake) Close() error { return nil }

func (k *keepsake) Put(name, token string) error {
	if k.block != nil {
		<-k.block
	}
	if k.refuses != nil {
		return k.refuses
	}
	return k.Memory.Put(name, token)
}

// begin runs the model until the test ends or stop is called.
func (p *porch) begin(t *testing.T) (stop func()) {
	t.Helper()
	p.SignIn = NewSignIn(p.cfg)
	stop = running(t, p.Run)
	synctest.Wait()
	return stop
}

func (p *porch) accounts() string {
	var out []string
	for _, k := range p.View().Accounts {
		s := k.Letter + k.Name
		if !k.In {
			s += "(out)"
		}
		if k.Busy {
			s += "(busy)"
		}
		if !k.Trouble.Empty() {
			s += ":" + k.Trouble.Key
		}
		out = append(out, s)
	}
	return strings.Join(out, " ")
}
