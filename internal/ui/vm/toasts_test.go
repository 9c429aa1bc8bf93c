package vm

import (
	"encoding/json"
	"fmt"
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
	kept, err := settings.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	played := make(chan string, 100)
	toasts := NewToasts(ToastsConfig{Kept: kept, Now: time.Now, Play: func(kind settings.Sound, volume int) { played <- fmt.Sprint(kind, volume, " ") }})
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
			toasts.Told(anna, event(t, domain.EventTip, domain.TipNotice{From: fmt.Sprint(i)}))
		}
		if v := toasts.View(); len(v) != MaxToasts || v[MaxToasts-1].Who != fmt.Sprint(MaxToasts+9) {
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
