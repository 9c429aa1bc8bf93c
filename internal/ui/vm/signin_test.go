package vm

import (
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/session/desk"
	"github.com/jasmincam/jasmincam/internal/settings"
)

func TestSignIn_firstRunThenRestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPorch(t, "anna", "bella", "clara")
		stop := p.begin(t)
		if v := p.View(); !v.Ready || !v.Room || v.Vault != VaultKeyring || v.URL != "https://one.example" || len(v.Accounts) != 0 {
			t.Errorf("%+v", v)
		}
		p.town.mu.Lock() // the backend takes its time
		p.SignIn.SignIn("anna@example.com", "wrong", "")
		if !p.View().Busy {
			t.Error("not busy")
		}
		p.town.mu.Unlock()
		synctest.Wait()
		if v := p.View(); v.Busy || v.Trouble.Key != "error.unauthenticated" || v.Trouble.Text != "E-mail or password is wrong. Check both." || v.Entered != 0 {
			t.Errorf("%+v", v)
		}
		p.SignIn.SignIn(" anna@example.com ", "right", "")
		synctest.Wait()
		p.SignIn.SignIn("bella@example.com", "right", "https://two.example/")
		synctest.Wait()
		if v := p.View(); v.Room || v.Entered != 2 || !v.Trouble.Empty() || p.accounts() != "Aanna Bbella" {
			t.Errorf("%+v", v)
		}
		p.SignIn.SignIn("clara@example.com", "right", "")
		synctest.Wait()
		if v := p.View(); v.Trouble.Key != "signin.full" || p.accounts() != "Aanna Bbella" || !slices.Equal(p.town.outs, []string{"clara@example.com"}) {
			t.Errorf("%+v %v", v, p.town.outs)
		}
		if got := p.desk.who(); got != "anna@example.com bella@example.com" {
			t.Error(got)
		}
		p.desk.entries["bella@example.com"].Told(domain.Event{Kind: domain.EventTip})
		if got := p.diary.String(); got != "enter A anna, enter B bella, told bella@example.com tip" {
			t.Error(got)
		}
		stop()
		if len(p.town.outs) != 1 {
			t.Error("kept sessions ended with the program")
		}

		p.diary.lines = nil
		p.desk.entries = map[string]desk.Entry{}
		p.begin(t)
		if got := p.accounts(); got != "Aanna Bbella" || p.desk.who() != "anna@example.com bella@example.com" || !p.View().Ready {
			t.Errorf("after a restart: %s, %s", got, p.desk.who())
		}
		if e := p.desk.entries["bella@example.com"]; e.URL != "https://two.example" || e.Token == "" {
			t.Errorf("%+v", e)
		}
	})
}

func TestSignIn_restartsThatNeedHer(t *testing.T) {
	start := func(t *testing.T, change func(p *porch)) *porch {
		p := newPorch(t, "anna")
		stop := p.begin(t)
		p.SignIn.SignIn("anna@example.com", "right", "")
		synctest.Wait()
		stop()
		p.desk.entries = map[string]desk.Entry{}
		change(p)
		p.begin(t)
		return p
	}
	for name, c := range map[string]struct {
		change         func(p *porch)
		accounts, desk string
	}{
		"session ended":   {func(p *porch) { clear(p.town.tokens) }, "Aanna(out):signin.again", ""},
		"token forgotten": {func(p *porch) { _ = p.secrets.Memory.Close() }, "anna(out):signin.again", ""},
		"backend away":    {func(p *porch) { p.town.away = true }, "Aanna:error.unavailable", "anna@example.com"},
		"suspended":       {func(p *porch) { p.town.suspend("anna@example.com") }, "Aanna:account.suspended", ""},
		"became a member": {func(p *porch) { p.town.accounts["anna@example.com"] = domain.Account{Role: domain.RoleMember} }, "anna(out):signin.role", ""},
		"no longer valid": {func(p *porch) { p.kept.Change(func(v *settings.Values) { v.Accounts[0].URL = "bad" }) }, "anna(out):signin.again", ""},
		"keyring is away": {func(p *porch) { p.cfg.Keyring = func() (Secrets, error) { return nil, away() } }, "anna(out):signin.unkept", ""},
		"file is sealed": {func(p *porch) {
			p.cfg.Keyring = func() (Secrets, error) { return nil, away() }
			p.cfg.IsSealed = func() bool { return true }
		}, "anna(out):signin.locked", ""},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := start(t, c.change)
				got := strings.ReplaceAll(p.accounts(), "Aanna(out)", "anna(out)")
				if want := strings.ReplaceAll(c.accounts, "Aanna(out)", "anna(out)"); got != want || p.desk.who() != c.desk || !p.View().Ready {
					t.Errorf("%s, at the desk %q", got, p.desk.who())
				}
			})
		})
	}
}

func (w *town) suspend(email string) {
	a := w.accounts[email]
	a.State, a.Reason = domain.StateSuspended, "Rule 7."
	w.accounts[email] = a
}

func TestSignIn_forgetAndAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPorch(t, "anna", "bella")
		p.begin(t)
		for _, n := range []string{"anna", "bella"} {
			p.SignIn.SignIn(n+"@example.com", "right", "")
			synctest.Wait()
		}
		p.SignIn.SignIn("anna@example.com", "right", "https://two.example")
		synctest.Wait()
		if v := p.View(); v.Trouble.Key != "signin.elsewhere" {
			t.Errorf("%+v", v.Trouble)
		}
		p.SignIn.SignIn("anna@example.com", "right", "")
		synctest.Wait()
		if n := len(p.town.tokens); n != 2 {
			t.Errorf("%d sessions of two accounts", n)
		}
		p.Forget("anna@example.com")
		p.Forget("nobody@example.com")
		synctest.Wait()
		if got := p.accounts(); got != "Bbella" || p.desk.who() != "bella@example.com" || !p.View().Room {
			t.Errorf("%s %s", got, p.desk.who())
		}
		if _, err := p.secrets.Get("anna@example.com https://one.example"); domain.KindOf(err) != domain.KindNotFound {
			t.Error("the token is still kept")
		}
		if got := p.kept.Get().Accounts; len(got) != 1 || got[0].Name != "bella" {
			t.Errorf("%+v", got)
		}
		p.SignIn.SignIn("anna@example.com", "right", "")
		synctest.Wait()
		if got := p.accounts(); got != "Bbella Aanna" {
			t.Error(got)
		}
		want := "enter A anna, enter B bella, leave anna@example.com, enter A anna, leave anna@example.com, enter A anna"
		if got := p.diary.String(); got != want {
			t.Error(got)
		}
	})
}

func TestSignIn_withoutAKeyring(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPorch(t, "anna")
		sealed := &keepsake{}
		p.cfg.Keyring = func() (Secrets, error) { return nil, away() }
		p.cfg.Sealed = func(phrase string) (Secrets, error) {
			time.Sleep(time.Second)
			if phrase != "open sesame" {
				return nil, domain.Errorf("vault", domain.KindUnauthenticated, "The passphrase is wrong.")
			}
			return sealed, nil
		}
		p.begin(t)
		if v := p.View(); v.Vault != VaultAsks || v.VaultTrouble.Empty() || !v.Ready {
			t.Errorf("%+v", v)
		}
		p.SignIn.SignIn("anna@example.com", "right", "") // before she has typed a passphrase
		synctest.Wait()
		p.Unseal("wrong")
		p.Unseal("open sesame") // while the first is tried
		if !p.View().VaultBusy {
			t.Error("not busy")
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if v := p.View(); v.Vault != VaultAsks || v.VaultTrouble.Text != "The passphrase is wrong." || v.VaultBusy {
			t.Errorf("%+v", v)
		}
		p.Unseal("open sesame")
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if v := p.View(); v.Vault != VaultSealed || !v.VaultTrouble.Empty() || p.accounts() != "Aanna" {
			t.Errorf("%+v", v)
		}
		if token, err := sealed.Get("anna@example.com https://one.example"); err != nil || token == "" {
			t.Errorf("what was signed in before the vault opened is not kept: %v", err)
		}
	})
}

func TestSignIn_memoryEndsItsSessions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPorch(t, "anna")
		p.cfg.Keyring = func() (Secrets, error) { return nil, away() }
		stop := p.begin(t)
		p.KeepNothing()
		synctest.Wait()
		p.SignIn.SignIn("anna@example.com", "right", "")
		synctest.Wait()
		if v := p.View(); v.Vault != VaultMemory || v.VaultTrouble.Key != "vault.memory.warning" || len(p.town.tokens) != 1 {
			t.Errorf("%+v", v)
		}
		stop()
		if len(p.town.tokens) != 0 {
			t.Error("a session that nobody can find again is left")
		}
	})
}

func TestSignIn_aBlockedKeyringHoldsUpNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPorch(t, "anna", "bella")
		p.secrets.block = make(chan struct{})
		stop := p.begin(t)
		p.SignIn.SignIn("anna@example.com", "right", "")
		synctest.Wait()
		p.SignIn.SignIn("bella@example.com", "right", "")
		synctest.Wait()
		if got := p.accounts(); got != "Aanna Bbella" {
			t.Error(got)
		}
		p.secrets.refuses = away()
		close(p.secrets.block)
		synctest.Wait()
		if v := p.View(); v.VaultTrouble.Key != "error.unavailable" {
			t.Errorf("%+v", v.VaultTrouble)
		}
		stop()
	})
}

func TestSignIn_refusesAddressesAndOtherRoles(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPorch(t, "anna")
		p.town.accounts["max@example.com"] = domain.Account{Role: domain.RoleMember, Name: "max", Email: "max@example.com", State: domain.StateActive}
		p.begin(t)
		for _, c := range []struct{ email, url, key string }{
			{"anna@example.com", "bad", "error.invalid"}, {"max@example.com", "", "signin.role"},
		} {
			p.SignIn.SignIn(c.email, "right", c.url)
			synctest.Wait()
			if v := p.View(); v.Trouble.Key != c.key || p.accounts() != "" {
				t.Errorf("%s: %+v %s", c.email, v.Trouble, p.accounts())
			}
		}
	})
}

func TestSignIn_nothingSecretIsRemembered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPorch(t, "anna")
		folder := t.TempDir()
		var err error
		if p.kept, err = settings.Open(folder); err != nil {
			t.Fatal(err)
		}
		p.cfg.Kept = p.kept
		p.begin(t)
		p.SignIn.SignIn("anna@example.com", "right", "")
		synctest.Wait()
		if err := p.kept.Save(); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(folder + "/" + settings.File)
		if err != nil || !strings.Contains(string(text), "anna@example.com") || strings.Contains(string(text), "token1") || strings.Contains(string(text), "right") {
			t.Errorf("%v\n%s", err, text)
		}
	})
}

// A session that ends while she is online puts her out, and the form takes her
// in again; a backend that is away, and a session that holds, change nothing.
func TestSignIn_sessionEndsWhileSheIsIn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPorch(t, "anna", "bella")
		p.begin(t)
		for _, email := range []string{"anna@example.com", "bella@example.com"} {
			p.SignIn.SignIn(email, "right", "")
			synctest.Wait()
		}
		doubt := func() {
			p.Doubt("")
			p.Doubt("anna@example.com")
			p.Doubt("bella@example.com")
			synctest.Wait()
		}
		doubt()
		p.town.away = true
		doubt()
		p.town.away = false
		if v := p.View(); v.Room || p.accounts() != "Aanna Bbella" {
			t.Errorf("without a reason: %s", p.accounts())
		}
		for token, email := range p.town.tokens {
			if email == "bella@example.com" {
				delete(p.town.tokens, token)
			}
		}
		doubt()
		if v := p.View(); !v.Room || p.accounts() != "Aanna Bbella(out):signin.again" || p.desk.who() != "anna@example.com" {
			t.Errorf("after her session ended: %s, at the desk %s", p.accounts(), p.desk.who())
		}
		p.SignIn.SignIn("bella@example.com", "right", "")
		synctest.Wait()
		if got := p.accounts(); got != "Aanna Bbella" || p.desk.who() != "anna@example.com bella@example.com" {
			t.Errorf("signed in again: %s, at the desk %s", got, p.desk.who())
		}
	})
}
