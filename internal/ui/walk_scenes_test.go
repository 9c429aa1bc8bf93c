package ui_test

import (
	"time"

	"fyne.io/fyne/v2"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/session"
	"github.com/jasmincam/jasmincam/internal/session/desk"
	"github.com/jasmincam/jasmincam/internal/settings"
	"github.com/jasmincam/jasmincam/internal/ui/page"
	"github.com/jasmincam/jasmincam/internal/ui/vm"
	"github.com/jasmincam/jasmincam/internal/ui/xwidget/feed"
)

// scene is a state of the window that is walked and pictured.
type scene struct {
	name string // begins with its page's
	page string
	set  func(p *play)
	do   func(p *play) // once it is shown; may be nil
	tall bool          // longer than the window: looked at in full length, too
}

// scenes are all of them. Those of the Live page are the last: each needs its
// picture to be drawn, and that is some time ago then.
func scenes() []scene {
	var all []scene
	for _, some := range [][]scene{accountScenes(), chatScenes(), moneyScenes(), profileScenes(), memberScenes(), settingsScenes(), liveScenes(), privateScenes(), snapScenes()} {
		all = append(all, some...)
	}
	return all
}

func accountScenes() []scene {
	in := func(v vm.SignInView) func(p *play) { return func(p *play) { p.signIn.view = v } }
	known := twoKnown()
	known[0].In, known[0].Trouble = false, vm.Notice{Key: "signin.again"}
	known[1].State, known[1].Trouble = domain.StateSuspended, vm.Notice{Key: "account.suspended"}
	papers, waiting := oneKnown(), oneKnown()
	papers[0].State, papers[0].Refused = domain.StateRejected, vm.Notice{Key: "papers.missing"}
	papers[0].Trouble = vm.Notice{Key: "account.rejected", Said: "The picture of the document cannot be read, and its name is not yours."}
	waiting[0].State, waiting[0].Trouble = domain.StateSubmitted, vm.Notice{Key: "account.submitted"}
	return []scene{
		{"accounts-first", page.Accounts, in(vm.SignInView{Ready: true, Room: true, Vault: vm.VaultKeyring}), nil, true},
		{"accounts-opening", page.Accounts, in(vm.SignInView{Vault: vm.VaultOpening}), nil, false},
		{"accounts-refused", page.Accounts, in(vm.SignInView{Ready: true, Room: true, Vault: vm.VaultAsks, Trouble: vm.Notice{Key: "error.unauthenticated"},
			VaultTrouble: vm.Notice{Key: "error.invalid"}}), nil, true},
		{"accounts-signup", page.Accounts, in(vm.SignInView{Ready: true, Room: true, Vault: vm.VaultMemory}), func(p *play) {
			p.tap("form.new")
			p.tap("form.elsewhere")
		}, true},
		{"accounts-second", page.Accounts, in(vm.SignInView{Ready: true, Room: true, Busy: true, Vault: vm.VaultSealed, Accounts: oneKnown()}), func(p *play) {
			p.tap("form.elsewhere")
		}, true},
		{"accounts-two", page.Accounts, in(vm.SignInView{Ready: true, Vault: vm.VaultKeyring, Accounts: twoKnown()}), nil, false},
		{"accounts-trouble", page.Accounts, in(vm.SignInView{Ready: true, Vault: vm.VaultKeyring, Accounts: known}), nil, true},
		{"accounts-papers", page.Accounts, in(vm.SignInView{Ready: true, Room: true, Vault: vm.VaultKeyring, Accounts: papers}), nil, true},
		{"accounts-waiting", page.Accounts, in(vm.SignInView{Ready: true, Room: true, Vault: vm.VaultKeyring, Accounts: waiting}), nil, true},
		{"accounts-forget", page.Accounts, in(vm.SignInView{Ready: true, Vault: vm.VaultKeyring, Accounts: twoKnown()}),
			func(p *play) { p.tap("form.forget") }, false},
	}
}

func chatScenes() []scene {
	talk := func(p *play) {
		p.chat.lines = talkLines()
		p.chat.view = vm.ChatView{Rooms: chatRooms(), To: chatRooms()[1]}
	}
	return []scene{
		{"chat-nobody", page.Chat, func(*play) {}, nil, false},
		{"chat-empty", page.Chat, func(p *play) { talk(p); p.chat.lines = nil }, nil, false},
		{"chat-full", page.Chat, func(p *play) { talk(p); p.chat.view.Answered = talkLines()[4] }, nil, true},
		{"chat-filtered", page.Chat, func(p *play) {
			talk(p)
			p.chat.view.Filter, p.chat.view.Search, p.chat.view.Trouble = "a@example.com", "thank", unreachable()
			p.chat.view.Missed = []vm.Missed{{Email: "b@example.com", Account: "bella", Letter: "B", Lines: 23, Tipper: longMember, Tip: 12_345_670}}
			p.chat.lines = talkLines()[5:6]
		}, nil, false},
		{"chat-rooms", page.Chat, talk, func(p *play) { p.tap("chat.rooms") }, false},
		{"chat-menu", page.Chat, talk, func(p *play) { p.menuOf("see you later") }, false},
		{"chat-ban", page.Chat, talk, func(p *play) { p.menuOf("see you later"); p.pick("chat.menu.ban") }, false},
		{"chat-kick", page.Chat, talk, func(p *play) { p.menuOf("see you later"); p.pick("chat.menu.kick.long") }, false},
		{"chat-mute", page.Chat, talk, func(p *play) { p.menuOf("see you later"); p.pick("chat.menu.mute") }, false},
		{"chat-toasts", page.Chat, func(p *play) { talk(p); p.toasts.view = tipAndTrouble() }, nil, false},
	}
}

func tipAndTrouble() []vm.Toast {
	return []vm.Toast{
		{ID: 1, Sound: settings.SoundTip, Account: longName, Letter: "A", Who: longMember, Millicredits: 12_345_670, Text: "a note that goes on for a while, and longer"},
		{ID: 3, Sound: settings.SoundTip, Account: "bella", Letter: "B", Who: longMember, Others: []string{"max", "tom"}, Tips: 50, Millicredits: 12_345_670},
		{ID: 2, Sound: settings.SoundTrouble, Account: "bella", Letter: "B", Notice: vm.Notice{Key: "error.internal"}},
	}
}

func moneyScenes() []scene {
	return []scene{
		{"money-nobody", page.Money, func(p *play) { p.money.view.Table.Loaded = true }, nil, false},
		{"money-empty", page.Money, func(p *play) {
			p.money.view = vm.MoneyView{EarnedCents: 990, Accounts: earnings().Accounts[1:], Table: vm.Table{Open: true, Loaded: true, From: scenesAt(), To: scenesAt(),
				Days: earnings().Table.Days[:1]}}
		}, nil, false},
		{"money-full", page.Money, func(p *play) { p.money.view = earnings() }, nil, true},
		{"money-show", page.Money, func(p *play) { p.money.view = earnings() }, func(p *play) {
			deep(p.at().Content(), func(o fyne.CanvasObject) {
				if f, ok := o.(*feed.Feed); ok {
					f.TypedKey(&fyne.KeyEvent{Name: fyne.KeyHome})
					f.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
				}
			})
		}, false},
		{"money-trouble", page.Money, func(p *play) {
			p.money.view = earnings()
			p.money.view.Accounts[0].Trouble = unreachable()
			t := &p.money.view.Table
			t.Exported, t.ExportFailed = 0, vm.Notice{Key: "money.export.failed"}
		}, nil, true},
	}
}

func profileScenes() []scene {
	full := func(p *play) { p.persona.view = profile() }
	return []scene{
		{"profile-nobody", page.Profile, func(*play) {}, nil, false},
		{"profile-full", page.Profile, full, nil, true},
		{"profile-promotion", page.Profile, func(p *play) {
			full(p)
			now := &p.persona.view.Profile
			now.PriceNow, now.PriceWhy, now.Promotion = domain.PromotionPrice, domain.PricePromotion, &domain.Promotion{Price: domain.PromotionPrice, DaysLeft: 17, OnlineLeftMS: 43 * time.Hour.Milliseconds()}
			p.persona.view.Doors.Aside = domain.AsideAway
		}, nil, true},
		{"profile-unsaved", page.Profile, full, func(p *play) { p.write("jazz", "jazz and the sea"); p.shell.Turn(page.Chat) }, false},
		{"profile-trouble", page.Profile, func(p *play) {
			full(p)
			p.persona.view.Trouble, p.persona.view.Sending = vm.Notice{Key: "error.invalid"}, true
			p.persona.view.Profile.Goal, p.persona.view.Pictures = nil, nil
		}, nil, true},
	}
}

func memberScenes() []scene {
	return []scene{
		{"members-nobody", page.Members, func(*play) {}, nil, false},
		{"members-none", page.Members, func(p *play) { p.guests.view = regulars(); p.guests.view.Guests = nil }, nil, false},
		{"members-full", page.Members, func(p *play) { p.guests.view = regulars() }, nil, true},
	}
}

func settingsScenes() []scene {
	sitting := func(current bool) vm.Sitting {
		return vm.Sitting{ID: longPlace[:1], Device: longPlace, Seen: scenesAt(), Current: current}
	}
	seats := func(p *play) {
		p.seats.view = []vm.Seats{{Email: "a@example.com", Name: longName, Letter: "A", Sittings: []vm.Sitting{sitting(true), sitting(false)}},
			{Email: longMail, Name: "bella", Letter: "B", Trouble: unreachable()}}
	}
	return []scene{
		{"settings-first", page.Settings, func(*play) {}, nil, false},
		{"settings-full", page.Settings, func(p *play) {
			seats(p)
			p.settings.trouble = vm.Notice{Key: "settings.damaged", Args: []any{"settings.json.damaged"}}
			p.settings.panics = vm.Notice{Key: "settings.panic.reserved"}
		}, nil, true},
		{"settings-endall", page.Settings, seats, func(p *play) { p.tap("settings.sessions.endall") }, false},
	}
}

// privateScenes are those of private shows, over the page where she is.
func privateScenes() []scene {
	over := func(kind string) func(p *play) {
		return func(p *play) {
			v := onAir()
			v.Trouble, v.Muted = vm.Notice{}, false
			if kind != "request" && kind != "two" {
				v.State, v.Accounts[0].State, v.Accounts[1].State, v.Accounts[1].Closed = session.Private, session.Private, session.Away, true
			}
			p.live.view = v
			p.chat.lines = talkLines()
			p.chat.view = vm.ChatView{Rooms: chatRooms(), To: chatRooms()[1]}
			p.shows.view = long(longMember)[kind]
		}
	}
	panicked := func(kind string) func(p *play) {
		return func(p *play) {
			over(kind)(p)
			p.shows.view.Panic = true
			v := &p.live.view
			v.Panic, v.State, v.FPS, v.Kbps, v.Advice = true, session.Panic, 1, 70, nil
			v.HealthWord, v.HealthReason = desk.HealthGood, ""
			for i := range v.Accounts {
				if !v.Accounts[i].Closed {
					v.Accounts[i].State = session.Panic
				}
			}
		}
	}
	return []scene{
		{"live-panic", page.Live, panicked(""), nil, true},
		{"live-panic-private", page.Live, panicked("private"), nil, false},
		{"live-panic-request", page.Live, panicked("request"), nil, false},
		{"live-panic-visitor", page.Live, panicked("visitor"), nil, true},
		{"live-panic-again", page.Live, panicked(""), func(p *play) { p.tap("panic.show") }, false},
		{"live-request", page.Live, over("request"), nil, false},
		{"live-requests", page.Live, over("two"), nil, false},
		{"live-private", page.Live, over("private"), nil, false},
		{"live-visitor", page.Live, over("visitor"), nil, true},
		{"live-visitor-coming", page.Live, over("coming"), nil, true},
		{"live-visitor-voice", page.Live, over("voice"), nil, true},
		{"live-over", page.Live, over("over"), nil, false},
		{"live-endshow", page.Live, over("private"), func(p *play) { p.tap("private.end") }, false},
	}
}

func liveScenes() []scene {
	live := func(v vm.LiveView) func(p *play) {
		return func(p *play) {
			p.live.view = v
			p.chat.lines = talkLines()
			p.chat.view = vm.ChatView{Rooms: chatRooms(), To: chatRooms()[1], Answered: talkLines()[10]}
		}
	}
	starting, away, again, troubled, busy, failed, one := onAir(), onAir(), onAir(), readyLive(), onAir(), onAir(), onAir()
	starting.State = session.Connecting
	away.State = session.Away
	again.State = session.Reconnecting
	failed.State = session.Failed
	for i := range starting.Accounts {
		starting.Accounts[i].State, away.Accounts[i].State, again.Accounts[i].State = session.Connecting, session.Away, session.Reconnecting
		again.Accounts[i].Trouble = unreachable()
		failed.Accounts[i].State, failed.Accounts[i].Trouble = session.Failed, vm.Notice{Key: "error.forbidden"}
	}
	again.Trouble, again.HealthWord, again.HealthReason = unreachable(), desk.HealthPoor, desk.ReasonNetwork
	failed.Trouble = vm.Notice{Key: "error.forbidden"}
	one.To, one.Accounts[1].State, one.Accounts[1].Online, one.Accounts[1].Viewers = []string{longName}, session.Offline, false, 0
	troubled.Cameras, troubled.Choice.Camera = nil, desk.Source{}
	troubled.Watching, troubled.Refused, troubled.FPS, troubled.Width = false, vm.Notice{Key: "device.notfound"}, 0, 0
	busy.Look = settings.Look{Mirror: true, Zoom: 1.5, X: 0.5, Y: 0.5, Overlay: settings.Overlay{Path: "/logo.png", X: 1, Width: 0.15}}
	busy.Muted, busy.HealthWord, busy.HealthReason, busy.Advice = true, desk.HealthFair, desk.ReasonNetwork, []string{"dark", "small", "silent"}
	return []scene{
		{"live-first", page.Live, func(p *play) {
			p.live.view = vm.LiveView{State: session.Offline, Choice: desk.Choice{Size: readyLive().Choice.Size}}
		}, nil, false},
		{"live-camera", page.Live, live(troubled), nil, true},
		{"live-ready", page.Live, live(readyLive()), nil, true},
		{"live-connecting", page.Live, live(starting), nil, false},
		{"live-live", page.Live, live(onAir()), nil, true},
		{"live-one", page.Live, func(p *play) { live(one)(p); p.chat.view.Filter = "a@example.com" }, nil, false},
		{"live-away", page.Live, live(away), nil, false},
		{"live-reconnecting", page.Live, live(again), nil, true},
		{"live-failed", page.Live, live(failed), nil, false},
		{"live-busy", page.Live, live(busy), nil, true},
		{"live-toasts", page.Live, func(p *play) { live(onAir())(p); p.toasts.view = tipAndTrouble() }, nil, false},
		{"live-welcome", page.Live, live(readyLive()), func(p *play) { p.shell.Welcome() }, false},
		{"live-menu", page.Live, live(one), func(p *play) { p.tap("live.each") }, false},
		{"live-offline", page.Live, live(onAir()), func(p *play) { p.tap("live.offline") }, false},
		{"live-close", page.Live, live(onAir()), func(p *play) { p.shell.Close() }, false},
	}
}
