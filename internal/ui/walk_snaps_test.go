package ui_test

import (
	"image"
	"image/color"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/settings"
	"github.com/jasmincam/jasmincam/internal/ui/page"
	"github.com/jasmincam/jasmincam/internal/ui/vm"
)

// snapScenes are those of snapshots: the service is on, the last ones, what they
// brought.
func snapScenes() []scene {
	return []scene{
		{"live-snapshots", page.Live, func(p *play) {
			v := onAir()
			v.Accounts[0].SnapshotMillicredits, v.Accounts[1].SnapshotMillicredits = 1500, 9990
			v.Sold = lastSold()
			p.live.view = v
			p.chat.lines = talkLines()
			p.chat.view = vm.ChatView{Rooms: chatRooms(), To: chatRooms()[1]}
			p.toasts.view = []vm.Toast{{ID: 1, Sound: settings.SoundTip, Snapshot: true, Account: longName, Letter: "A", Who: longMember, Millicredits: 9990}}
		}, nil, true},
		{"money-snapshots", page.Money, func(p *play) {
			p.money.view = earnings()
			p.money.view.Accounts[0].Snapshots = &domain.SnapshotSum{Sold: 128, Own: 7_680_000, AllSold: 3172, AllOwn: 190_320_000}
			p.money.view.Table.Rows[1].Kind = "snapshot"
		}, nil, true},
	}
}

// lastSold are as many as are shown; one of them its buyer has deleted.
func lastSold() (sold []vm.Sold) {
	for i := range vm.MaxSold {
		small := image.NewRGBA(image.Rect(0, 0, 32, 18))
		for n := range 32 * 18 {
			small.Set(n%32, n/32, color.RGBA{uint8(8 * (n % 32)), uint8(12 * (n / 32)), uint8(40 * i), 255})
		}
		sold = append(sold, vm.Sold{ID: string(rune('a' + i)), Letter: string(rune('A' + i%2)), Who: []string{longMember, "karl"}[i%2], Millicredits: 9990,
			At: scenesAt().Add(-time.Duration(i) * time.Minute), Small: small})
	}
	sold[1].Small = nil
	return sold
}
