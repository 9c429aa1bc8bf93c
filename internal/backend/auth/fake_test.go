package auth

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// memory is a Repository in maps.
type memory struct {
	mu         sync.Mutex
	accounts   map[string]domain.Account // by e-mail
	passwords  map[domain.AccountID]string
	sessions   map[string]domain.Session // by token hash
	expires    map[string]int64
	broadcasts map[string][]string
	keys       map[string]string
	persons    map[domain.AccountID]domain.PersonID
	broken     error // answered by Credentials
}

func newMemory() *memory {
	return &memory{
		accounts: map[string]domain.Account{}, passwords: map[domain.AccountID]string{},
		sessions: map[string]domain.Session{}, expires: map[string]int64{},
		broadcasts: map[string][]string{}, keys: map[string]string{}, persons: map[domain.AccountID]domain.PersonID{},
	}
}

func (m *memory) AddAccount(_ context.Context, acc domain.Account, hash string) (domain.Account, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, a := range m.accounts {
		if a.Name == acc.Name || a.Email == acc.Email {
			return domain.Account{}, domain.Errorf("add", domain.KindConflict, "taken")
		}
	}
	acc.ID = domain.AccountID(fmt.Sprintf("acc%d", len(m.accounts)))
	m.accounts[acc.Email], m.passwords[acc.ID] = acc, hash
	return acc, nil
}

func (m *memory) Credentials(_ context.Context, email string) (domain.Account, string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.broken != nil {
		return domain.Account{}, "", m.broken
	}
	acc, ok := m.accounts[email]
	if !ok {
		return acc, "", domain.Errorf("credentials", domain.KindNotFound, "no such account")
	}
	return acc, m.passwords[acc.ID], nil
}

func (m *memory) SetPasswordHash(_ context.Context, id domain.AccountID, hash string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.passwords[id] = hash
	return nil
}

func (m *memory) AddSession(_ context.Context, id domain.AccountID, hash []byte, device string, expires int64) (domain.Session, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := domain.Session{ID: fmt.Sprintf("s%d", len(m.sessions)), Device: device, Account: m.byID(id)}
	m.sessions[string(hash)], m.expires[s.ID] = s, expires
	return s, nil
}

func (m *memory) byID(id domain.AccountID) domain.Account {
	for _, a := range m.accounts {
		if a.ID == id {
			return a
		}
	}
	return domain.Account{}
}

func (m *memory) SessionByToken(_ context.Context, hash []byte) (domain.Session, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s, ok := m.sessions[string(hash)]
	if !ok {
		return s, errSignIn("session")
	}
	s.Account = m.byID(s.Account.ID)
	return s, nil
}

func (m *memory) SessionAlive(_ context.Context, id string) (domain.Session, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, s := range m.sessions {
		if s.ID == id {
			s.Account = m.byID(s.Account.ID)
			return s, nil
		}
	}
	return domain.Session{}, errSignIn("session")
}

func (m *memory) SessionsOf(_ context.Context, id domain.AccountID) ([]domain.Session, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []domain.Session
	for _, s := range m.sessions {
		if s.Account.ID == id {
			out = append(out, s)
		}
	}
	return out, nil
}

func (m *memory) DropSession(_ context.Context, id domain.AccountID, sessionID string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for hash, s := range m.sessions {
		if s.ID == sessionID && s.Account.ID == id {
			delete(m.sessions, hash)
			return nil
		}
	}
	return domain.Errorf("session", domain.KindNotFound, "no such session")
}

func (m *memory) SetStreamKey(_ context.Context, performer string, hash []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.keys[performer] = string(hash)
	return nil
}

func (m *memory) AddBroadcast(_ context.Context, hash []byte, sessionIDs []string, expires int64) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.broadcasts[string(hash)], m.expires[string(hash)] = sessionIDs, expires
	return nil
}

func (m *memory) SharePerson(_ context.Context, ids ...domain.AccountID) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return !slices.ContainsFunc(ids, func(id domain.AccountID) bool {
		return m.persons[id] == "" || m.persons[id] != m.persons[ids[0]]
	}), nil
}

func (m *memory) setState(email string, state domain.AccountState) {
	m.mu.Lock()
	defer m.mu.Unlock()
	a := m.accounts[email]
	a.State = state
	m.accounts[email] = a
}

// fixture is a Service with cheap hashes over a memory.
type fixture struct {
	*Service
	repo *memory
}

var cheap = Params{Memory: 8, Time: 1, Threads: 1}

const password = "correct horse battery"

func newFixture(t *testing.T, change ...func(*Config)) fixture {
	t.Helper()
	repo := newMemory()
	cfg := Config{Repository: repo, Params: cheap}
	for _, c := range change {
		c(&cfg)
	}
	return fixture{New(cfg), repo}
}

// join signs a member up.
func (f fixture) join(t *testing.T, name string) domain.Account {
	t.Helper()
	acc, err := f.SignUpMember(t.Context(), member(name))
	if err != nil {
		t.Fatal(err)
	}
	return acc
}

func (f fixture) performer(t *testing.T, name string, state domain.AccountState, person domain.PersonID) domain.Session {
	t.Helper()
	acc, err := f.SignUpPerformer(t.Context(), domain.SignUp{Name: name, Email: name + "@example.org", Password: password, Adult: true})
	if err != nil {
		t.Fatal(err)
	}
	f.repo.setState(acc.Email, state)
	f.repo.mu.Lock()
	f.repo.persons[acc.ID] = person
	f.repo.mu.Unlock()
	s, err := f.SignIn(t.Context(), acc.Email, password, "test")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func as(ctx context.Context, s domain.Session) context.Context {
	return domain.WithActor(ctx, domain.Actor{Account: s.Account, Session: s.ID})
}

func from(ctx context.Context, origin string) context.Context {
	return domain.WithActor(ctx, domain.Actor{Guest: "g", Origin: origin})
}

func wantKind(t *testing.T, err error, kind domain.Kind) {
	t.Helper()
	if err == nil || domain.KindOf(err) != kind {
		t.Fatalf("got %v, want kind %s", err, kind)
	}
}

const minute = time.Minute
