package vm

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// newcomer is a porch on which dora has just signed up; told gets what she is told.
func newcomer(t *testing.T) (p *porch, always *diary, told *[]string) {
	t.Helper()
	p, always, told = newPorch(t), &diary{}, new([]string)
	p.cfg.Always = []Follower{always}
	p.cfg.Tell = func(email string, n Notice) { *told = append(*told, email+" "+n.Key+" "+n.Said) }
	p.begin(t)
	p.SignUp(domain.SignUp{Name: "dora", Email: dora, Password: "right", Adult: true}, "")
	synctest.Wait()
	return p, always, told
}

const dora = "dora@example.com"

func TestSignIn_theWayToApproval(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, always, told := newcomer(t)
		if got := p.accounts(); got != "Adora:account.unfinished" || p.desk.who() != "" || p.View().Entered != 1 {
			t.Errorf("%s %q", got, p.desk.who())
		}
		p.Apply(dora, domain.Application{})
		synctest.Wait()
		if a := p.View().Accounts[0]; a.Refused.Text != "Write the birth date." || a.Busy || a.Applied != 0 {
			t.Errorf("%+v", a)
		}
		p.Apply(dora, domain.Application{BirthDate: "1990-01-01"})
		synctest.Wait()
		if a := p.View().Accounts[0]; a.State != domain.StateSubmitted || !a.Refused.Empty() || a.Applied != 1 {
			t.Errorf("%+v", a)
		}
		p.town.decides(dora, domain.StateRejected, "The name is not the document's.")
		synctest.Wait()
		if a := p.View().Accounts[0]; a.Trouble.Key != "account.rejected" || a.Trouble.Said != "The name is not the document's." || a.Sent.BirthDate != "1990-01-01" {
			t.Errorf("%+v", a)
		}
		p.Apply(dora, domain.Application{BirthDate: "1991-01-01"})
		synctest.Wait()
		p.town.decides(dora, domain.StateActive, "")
		synctest.Wait()
		if got := p.accounts(); got != "Adora" || p.desk.who() != dora {
			t.Errorf("%s %q", got, p.desk.who())
		}
		if got := strings.Join(*told, ", "); got != dora+" account.rejected The name is not the document's., "+dora+" account.active " {
			t.Errorf("she was told %q", got)
		}
		p.Retry(dora)
		synctest.Wait()
		if got, all := p.diary.String(), always.String(); got != "enter A dora" || all != "enter A dora" {
			t.Errorf("the followers heard %q, those who are always told %q", got, all)
		}
		p.desk.entries[dora].Told(domain.Event{Kind: domain.EventTip})
		if got := always.String(); !strings.HasSuffix(got, "told "+dora+" tip") {
			t.Error(got)
		}
		p.SignUp(domain.SignUp{Name: "dora", Email: dora, Password: "right"}, "")
		synctest.Wait()
		if v := p.View(); v.Trouble.Key != "error.conflict" {
			t.Errorf("%+v", v.Trouble)
		}
	})
}

// A stream that breaks and a backend that is away keep no decision from her.
func TestSignIn_aDecisionWhileTheBackendWasAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, _, _ := newcomer(t)
		p.town.cut()
		p.town.decides(dora, domain.StateActive, "")
		time.Sleep(time.Minute)
		p.town.back()
		time.Sleep(2 * comesBackMost)
		synctest.Wait()
		if got := p.accounts(); got != "Adora" || p.desk.who() != dora {
			t.Errorf("%s %q", got, p.desk.who())
		}
	})
}

// One who is suspended keeps her place at the desk, which says why, and begins
// there anew when that is lifted.
func TestSignIn_suspendedAndBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, _, told := newcomer(t)
		p.town.decides(dora, domain.StateActive, "")
		synctest.Wait()
		tell := p.desk.entries[dora].Told
		p.town.decides(dora, domain.StateSuspended, "Rule 7.")
		tell(domain.Event{Kind: domain.EventAccount})
		synctest.Wait()
		if a := p.View().Accounts[0]; !a.In || a.Trouble.Key != "account.suspended" || a.Trouble.Said != "Rule 7." || p.desk.who() != dora {
			t.Errorf("%+v, at the desk %q", a, p.desk.who())
		}
		p.desk.entries[dora] = p.desk.entries["nobody"]
		p.town.decides(dora, domain.StateActive, "")
		synctest.Wait()
		if got := p.accounts(); got != "Adora" || p.desk.entries[dora].Token == "" {
			t.Errorf("%s, at the desk %+v", got, p.desk.entries[dora])
		}
		if got := p.diary.String(); strings.Count(got, "enter") != 1 || strings.Contains(got, "leave") {
			t.Errorf("the followers heard %q", got)
		}
		if got := strings.Join(*told, ", "); got != dora+" account.active , "+dora+" account.active " {
			t.Errorf("she was told %q", got)
		}
	})
}

// Who was remembered and cannot be asked about is taken in as most are, and put
// right as soon as the backend is there.
func TestSignIn_backendAwayAtTheStart(t *testing.T) {
	for state, want := range map[domain.AccountState]string{domain.StateActive: "Aanna at anna@example.com", domain.StateSubmitted: "Aanna:account.submitted at "} {
		t.Run(string(state), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newPorch(t, "anna")
				stop := p.begin(t)
				p.SignIn.SignIn("anna@example.com", "right", "")
				synctest.Wait()
				stop()
				p.town.decides("anna@example.com", state, "")
				p.town.cut()
				p.begin(t)
				if got := p.accounts(); got != "Aanna:error.unavailable" {
					t.Error(got)
				}
				time.Sleep(5 * time.Minute)
				p.town.back()
				time.Sleep(2 * comesBackMost)
				synctest.Wait()
				if got := p.accounts() + " at " + p.desk.who(); got != want {
					t.Errorf("%q, want %q", got, want)
				}
			})
		})
	}
}

func TestSignIn_aSessionThatEndsWhileSheWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, always, _ := newcomer(t)
		p.town.mu.Lock()
		clear(p.town.tokens)
		p.town.mu.Unlock()
		p.town.decides(dora, domain.StateSubmitted, "")
		synctest.Wait()
		if got := p.accounts(); got != "Adora(out):signin.again" || always.String() != "enter A dora, leave "+dora {
			t.Errorf("%s, %s", got, always.String())
		}
	})
}
