package backend

import (
	"slices"
	"testing"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// The stories of the conformance suite about who may be a performer.

func approvalStory(t *testing.T, c cast) {
	guest, staff := c.guest(t), c.demo(t, c.f.demo.Staff)
	must(guest.SignUpPerformer(guest.ctx, signUp("ivy-lane")))(t)
	ivy := c.enter(t, "ivy-lane@example.org", suitePassword)
	refusedOffline := func(state domain.AccountState) {
		t.Helper()
		_, err := ivy.Begin(ivy.ctx, nil)
		wantKind(t, "going online while "+string(state), err, domain.KindForbidden)
		if domain.Sentence(err) != state.OfflineReason() {
			t.Errorf("words for %s: %q", state, domain.Sentence(err))
		}
	}
	refusedOffline(domain.StateUnfinished)
	minor := domain.Application{FullName: "Ivy Lane", BirthDate: "2020-01-01", Country: "HU"}
	_, err := ivy.Apply(ivy.ctx, "ivy-lane", minor)
	wantKind(t, "a minor's application", err, domain.KindInvalid)
	adult := domain.Application{FullName: "Ivy Lane", BirthDate: "1990-01-01", Country: "HU"}
	_, err = ivy.Application(ivy.ctx, "ivy-lane")
	wantKind(t, "her application before the first", err, domain.KindNotFound)
	if acc := must(ivy.Apply(ivy.ctx, "ivy-lane", adult))(t); acc.State != domain.StateSubmitted {
		t.Errorf("applied: %+v", acc)
	}
	_, err = ivy.Apply(ivy.ctx, "ivy-lane", adult)
	wantKind(t, "applying twice", err, domain.KindConflict)
	refusedOffline(domain.StateSubmitted)
	_, err = ivy.Decide(ivy.ctx, "ivy-lane", domain.Decision{State: domain.StateActive})
	wantKind(t, "deciding of oneself", err, domain.KindForbidden)

	lines := must(staff.Performers(staff.ctx, domain.PerformerFilter{State: domain.StateSubmitted}))(t)
	if len(lines) != 1 || lines[0].Account.Name != "ivy-lane" || lines[0].Application != adult {
		t.Errorf("submitted: %+v", lines)
	}
	_, err = staff.Decide(staff.ctx, "ivy-lane", domain.Decision{State: domain.StateRejected})
	wantKind(t, "rejection without a reason", err, domain.KindInvalid)
	acc := must(staff.Decide(staff.ctx, "ivy-lane", domain.Decision{State: domain.StateRejected, Reason: "The photo is not sharp."}))(t)
	if acc.State != domain.StateRejected || acc.Reason != "The photo is not sharp." {
		t.Errorf("rejected: %+v", acc)
	}
	refusedOffline(domain.StateRejected)
	if sent := must(ivy.Application(ivy.ctx, "ivy-lane"))(t); sent != adult {
		t.Errorf("her application: %+v", sent)
	}
	for _, stranger := range []person{c.demo(t, c.f.demo.Performers[0]), c.demo(t, c.f.demo.Members[0]), c.demo(t, c.f.demo.Studio)} {
		_, err = stranger.Application(stranger.ctx, "ivy-lane")
		wantKind(t, "her application for "+stranger.name, err, domain.KindForbidden)
	}
	_, err = guest.Application(guest.ctx, "ivy-lane")
	wantKind(t, "her application for a guest", err, domain.KindUnauthenticated)
	must(ivy.Apply(ivy.ctx, "ivy-lane", adult))(t)
	must(staff.Decide(staff.ctx, "ivy-lane", domain.Decision{State: domain.StateActive}))(t)
	if grant := must(ivy.Begin(ivy.ctx, nil))(t); !slices.Equal(grant.Rooms, []string{"ivy-lane"}) {
		t.Errorf("grant: %+v", grant)
	}
	must(staff.Decide(staff.ctx, "ivy-lane", domain.Decision{State: domain.StateSuspended, Reason: "A complaint."}))(t)
	refusedOffline(domain.StateSuspended)
}

func studioStory(t *testing.T, c cast) {
	studio, staff := c.demo(t, c.f.demo.Studio), c.demo(t, c.f.demo.Staff)
	lines := must(studio.Performers(studio.ctx, domain.PerformerFilter{}))(t)
	if len(lines) != 1 || lines[0].Account.Name != demoUnfinished || lines[0].Account.State != domain.StateUnfinished || lines[0].Person != "" {
		t.Errorf("the studio's performers: %+v", lines)
	}
	acc := must(studio.AddPerformer(studio.ctx, signUp("mia-hill")))(t)
	if acc.State != domain.StateUnfinished || acc.Role != domain.RolePerformer {
		t.Errorf("added %+v", acc)
	}
	member := c.demo(t, c.f.demo.Members[0])
	_, err := member.AddPerformer(member.ctx, signUp("never-made"))
	wantKind(t, "a member adds a performer", err, domain.KindForbidden)
	_, err = studio.Apply(studio.ctx, demoFirst, domain.Application{FullName: "X Y", BirthDate: "1990-01-01", Country: "HU"})
	wantKind(t, "applying for somebody else's performer", err, domain.KindForbidden)
	mias := domain.Application{FullName: "Mia Hill", BirthDate: "1990-01-01", Country: "HU"}
	must(studio.Apply(studio.ctx, "mia-hill", mias))(t)
	if sent := must(studio.Application(studio.ctx, "mia-hill"))(t); sent != mias {
		t.Errorf("what her studio sent: %+v", sent)
	}
	must(staff.Decide(staff.ctx, "mia-hill", domain.Decision{State: domain.StateActive}))(t)
	if acc := must(studio.SetActivation(studio.ctx, "mia-hill", false))(t); acc.State != domain.StateInactive {
		t.Errorf("deactivated: %+v", acc)
	}
	mia := c.enter(t, "mia-hill@example.org", suitePassword)
	_, err = mia.Begin(mia.ctx, nil)
	wantKind(t, "going online while inactive", err, domain.KindForbidden)
	_, err = mia.SetActivation(mia.ctx, "mia-hill", true)
	wantKind(t, "activating oneself", err, domain.KindForbidden)
	if acc := must(studio.SetActivation(studio.ctx, "mia-hill", true))(t); acc.State != domain.StateActive {
		t.Errorf("activated: %+v", acc)
	}
}
