package vm

import (
	"encoding/json"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/settings"
)

func event(t *testing.T, kind domain.EventKind, data any) domain.Event {
	t.Helper()
	raw, err := json.Marshal(data)
	if err != nil {
		t.Fatal(err)
	}
	return domain.Event{Seq: 1, Kind: kind, Data: raw}
}

// ringer notes what is played.
func newToasts(t *testing.T) (*Toasts, *settings.Store, func() string) {
	t.Helper()
	return newHushedToasts(t, nil)
}

func newHushedToasts(t *testing.T, hush func() bool) (*Toasts, *settings.Store, func() string) {
	t.Helper()
	kept, err := settings.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	played := make(chan string, 100)
	toasts := NewToasts(ToastsConfig{Kept: kept, Now: time.Now, Hush: hush, Play: func(kind settings.Sound, volume int) { played <- fmt.Sprint(kind, volume, " ") }})
	toasts.Enter(Account{Email: anna, Name: "anna", Letter: "A"})
	return toasts, kept, func() (all string) {
		synctest.Wait()
		for len(played) > 0 {
			all += <-played
		}
		return all
	}
}

func TestToasts_comeAndPass(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		toasts, _, played := newToasts(t)
		running(t, toasts.Run)
		toasts.Told(anna, event(t, domain.EventTip, domain.TipNotice{From: "max", Millicredits: 5000, Note: "for you"}))
		time.Sleep(ToastFor / 2)
		toasts.Trouble(bella, Notice{Key: "error.unavailable"})
		synctest.Wait()
		v := toasts.View()
		if len(v) != 2 || v[0].Who != "max" || v[0].Millicredits != 5000 || v[0].Letter != "A" || v[0].Account != "anna" || v[0].Text != "for you" || v[1].Sound != settings.SoundTrouble {
			t.Errorf("%+v", v)
		}
		if got := played(); got != "tip60 trouble60 " {
			t.Error(got)
		}
		time.Sleep(ToastFor / 2)
		synctest.Wait()
		if v := toasts.View(); len(v) != 1 || v[0].Sound != settings.SoundTrouble {
			t.Errorf("%+v", v)
		}
		toasts.Dismiss(toasts.View()[0].ID)
		if v := toasts.View(); len(v) != 0 {
			t.Errorf("%+v", v)
		}
		for i := range MaxToasts + 10 {
			toasts.Trouble(anna, Notice{Key: fmt.Sprint(i)})
			toasts.Trouble(anna, Notice{Key: fmt.Sprint(i)}) // said once
		}
		if v := toasts.View(); len(v) != MaxToasts || v[0].Notice.Key != "10" || v[MaxToasts-1].Notice.Key != fmt.Sprint(MaxToasts+9) {
			t.Errorf("%+v", v)
		}
		<-toasts.Changed()
		time.Sleep(2 * ToastFor)
		synctest.Wait()
		if len(toasts.View()) != 0 || len(toasts.Changed()) != 1 {
			t.Error("they do not pass, or nobody is told")
		}
	})
}

// Many tips in a moment are one toast an account, which says how much and who;
// it is the same one while it grows, and a later moment has its own.
// In a panic toasts come, and nothing sounds; what came then does not sound later.
func TestToasts_silentInAPanic(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var hidden atomic.Bool
		toasts, _, played := newHushedToasts(t, hidden.Load)
		running(t, toasts.Run)
		tip := event(t, domain.EventTip, domain.TipNotice{From: "max", Millicredits: 5000})
		hidden.Store(true)
		toasts.Told(anna, tip)
		if got := played(); got != "" || len(toasts.View()) != 1 {
			t.Errorf("it plays %q, of %d toasts", got, len(toasts.View()))
		}
		hidden.Store(false)
		toasts.Trouble(bella, Notice{Key: "error.unavailable"})
		if got := played(); got != "trouble60 " {
			t.Errorf("after it: %q", got)
		}
	})
}

func TestToasts_foldTips(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		toasts, _, _ := newToasts(t)
		toasts.Enter(Account{Email: bella, Name: "bella", Letter: "B"})
		running(t, toasts.Run)
		tip := func(email, who string, m domain.Millicredits) {
			toasts.Told(email, event(t, domain.EventTip, domain.TipNotice{From: who, Millicredits: m, Note: "hi"}))
		}
		tip(anna, "ann", 1000)
		tip(anna, "bob", 2000)
		tip(bella, "zoe", 100)
		toasts.Trouble(bella, Notice{Key: "error.unavailable"})
		if v := toasts.View(); len(v) != 4 || v[0].Tips != 1 || v[0].Text != "hi" || v[1].Who != "bob" {
			t.Fatalf("two tips are told one by one: %+v", v)
		}
		tip(anna, "cid", 3000)
		v := toasts.View()
		id := v[len(v)-1].ID
		for range 46 {
			tip(anna, "dan", 500)
		}
		tip(anna, "cid", 1000)
		v = toasts.View()
		if len(v) != 3 || v[0].Who != "zoe" || v[1].Sound != settings.SoundTrouble {
			t.Fatalf("%+v", v)
		}
		if x := v[2]; x.Tips != 50 || x.Millicredits != 30_000 || x.Who != "cid" || !slices.Equal(x.Others, []string{"dan", "bob"}) || x.ID != id || x.Text != "" {
			t.Errorf("%+v", x)
		}
		for range 5 { // a storm that goes on is told in parts
			time.Sleep(ToastFor - time.Second)
			tip(anna, "eva", 10)
		}
		if v := toasts.View(); len(v) != 2 || v[1].Tips != 1 || v[0].Tips != 54 {
			t.Errorf("%+v", v)
		}
		time.Sleep(ToastFor)
		synctest.Wait()
		if v := toasts.View(); len(v) != 0 {
			t.Errorf("they stay: %+v", v)
		}
	})
}

func TestToasts_soundsAsSheWants(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		toasts, kept, played := newToasts(t)
		running(t, toasts.Run)
		kept.Change(func(v *settings.Values) {
			v.Chimes[settings.SoundViewer] = settings.Chime{On: true, Volume: 10}
			v.Chimes[settings.SoundTip] = settings.Chime{On: false, Volume: 10}
		})
		for _, c := range []struct {
			kind domain.EventKind
			data any
			want string
		}{
			{domain.EventMessage, domain.Message{From: "max", Role: domain.RoleMember}, "message60 "},
			{domain.EventMessage, domain.Message{From: "anna", Role: domain.RolePerformer}, ""},
			{domain.EventTip, domain.TipNotice{From: "max"}, ""},
			{domain.EventViewers, domain.ViewersNotice{Viewers: 3}, ""}, // those who were there before
			{domain.EventViewers, domain.ViewersNotice{Viewers: 4}, "viewer10 "},
			{domain.EventViewers, domain.ViewersNotice{Viewers: 2}, ""},
			{domain.EventViewers, "nonsense", ""},
			{domain.EventEarnings, domain.EarningsNotice{}, ""},
		} {
			toasts.Told(anna, event(t, c.kind, c.data))
			if got := played(); got != c.want {
				t.Errorf("%s %+v: %q", c.kind, c.data, got)
			}
		}
		toasts.Told("nobody", event(t, domain.EventTip, domain.TipNotice{From: "max"}))
		toasts.Leave(anna)
		toasts.Told(anna, event(t, domain.EventMessage, domain.Message{From: "max"}))
		if got := played(); got != "" {
			t.Error(got)
		}
	})
}
