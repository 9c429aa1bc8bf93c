package domain

import (
	"encoding/json"
	"reflect"
	"testing"
)

// Every event kind has a JSON round trip that loses nothing.
func TestEventKinds_roundTrip(t *testing.T) {
	samples := map[EventKind]any{
		EventMessage:  &Message{Seq: 7, From: "tom", Role: RoleMember, Text: "\u202eשלום <b>", At: 12},
		EventTip:      &TipNotice{From: "tom", Millicredits: 5000, Note: "for you"},
		EventRoom:     &RoomNotice{State: RoomAway},
		EventRules:    &RulesNotice{GuestChat: true},
		EventRemoved:  &RemovedNotice{Viewer: "tom", Until: 99},
		EventProfile:  &ProfileNotice{Goal: &Goal{Title: "shoes", Target: 5000}, TipMenu: []TipOffer{}, PriceNow: 2990},
		EventPause:    &PauseNotice{Paused: true},
		EventBalance:  &BalanceNotice{Millicredits: 1},
		EventEarnings: &EarningsNotice{EarnedCents: 3, Period: Period{ID: "2026-11-10", Start: 1, End: 2}, Level: LevelNow{Name: "Rising", Percent: 35}},
		EventAccount:  &AccountNotice{State: StateSuspended, Reason: "r"},
		EventShow:     &ShowNotice{Show: Show{ID: "s", Room: "luna", Member: "tom", State: ShowRunning, Price: 2990, DeliveredMS: 20_500, Charged: 996}},
		EventSnapshot: &SnapshotNotice{Snapshot: Snapshot{ID: "s", Room: "luna", Member: "tom", State: SnapshotSold, Price: 1500, Width: 1920, Height: 1080, Thumbnail: "/t"}},
		EventViewers:  &ViewersNotice{Viewers: 4},
	}
	for _, kind := range EventKinds() {
		sample, ok := samples[kind]
		if !ok {
			t.Errorf("event kind %q has no sample", kind)
			continue
		}
		body, err := json.Marshal(sample)
		if err != nil {
			t.Fatal(err)
		}
		back := reflect.New(reflect.TypeOf(sample).Elem()).Interface()
		if err := json.Unmarshal(body, back); err != nil || !reflect.DeepEqual(back, sample) {
			t.Errorf("%s came back as %+v (%v)", kind, back, err)
		}
	}
}
