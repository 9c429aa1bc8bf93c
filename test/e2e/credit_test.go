package e2e

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// watchFrames has the page note by its own clock when pictures are decoded, and when
// the panel says that the show is over.
const watchFrames = `(() => {
	const seen = (window.jcSeen = { first: 0, last: 0, over: 0, warned: [], frames: 0 });
	const video = document.querySelector("video[data-room]");
	setInterval(async () => {
		let frames = 0;
		for (const s of (await video.jcPeer?.getStats())?.values() ?? []) if (s.type === "inbound-rtp" && s.kind === "video") frames = s.framesDecoded;
		const now = performance.now();
		if (frames && frames !== seen.frames) {
			seen.first ||= now;
			Object.assign(seen, { frames, last: now });
		}
		const words = document.querySelector("[data-show-warning]").textContent;
		if (words && seen.warned.at(-1)?.words !== words) seen.warned.push({ words, at: now, rest: document.querySelector("[data-show-rest]").textContent });
		if (!seen.over && document.querySelector("[data-show-says]").textContent.includes("credit was used up")) seen.over = now;
	}, 25);
})()`

// A member runs out of credit: he is warned a minute and 20 seconds before, the
// picture stops within a second of the credit's end, nothing is owed, and the receipt
// adds up. A reload while he waits for the answer forgets nothing of the wish.
func TestPrivateShow_endsWithTheCredit(t *testing.T) {
	b := openBooking(t)
	ctx := t.Context()
	quote, err := b.him.Quote(ctx, b.room)
	if err != nil {
		t.Fatal(err)
	}
	credit := quote.Price + quote.Price/12 // 65 seconds
	if _, err := b.him.Tip(ctx, b.room, domain.Tip{Amount: quote.Credit - credit, Key: "all-but-a-minute"}); err != nil {
		t.Fatal(err)
	}
	lasts := time.Duration(credit) * time.Minute / time.Duration(quote.Price)
	press(b.page, "[data-show-button]")
	press(b.page, "[data-show-go]")
	says(b.page, "You have asked "+b.room)
	b.page.Go(b.s.URL + "/r/" + b.room)
	b.page.Until(patience, `/^[12]:[0-5][0-9]$/.test(document.querySelector("[data-show-answer]").textContent)`)
	id := b.open(t).ID
	if _, err := b.her.Answer(ctx, id, true); err != nil {
		t.Fatal(err)
	}
	curtained(b.guest)
	b.page.Eval(watchFrames, nil)
	if _, err := b.her.ReadyFor(ctx, id); err != nil {
		t.Fatal(err)
	}
	says(b.page, "Nobody but you")
	b.page.Until(patience, `document.querySelector("[data-show-warning]").textContent.includes("Less than a minute")`)
	b.page.Until(lasts, `document.querySelector("[data-show-warning]").textContent.includes("Less than 20 seconds")`)
	says(b.page, "Your credit was used up")
	b.page.Until(patience, `document.querySelector("[data-show-sum]").checkVisibility()`)
	var seen struct {
		First, Last, Over float64
		Warned            []struct {
			Words, Rest string
			At          float64
		}
	}
	b.page.Eval(`window.jcSeen`, &seen)
	show, err := b.him.Show(ctx, id)
	if err != nil || show.State != domain.ShowSettled || show.Reason != "credit" {
		t.Fatalf("the show is %+v, %v", show, err)
	}
	shown := time.Duration((seen.Last - seen.First) * float64(time.Millisecond))
	t.Logf("%s credits last %v; pictures came for %v, delivered are %d ms, charged %s; warned %+v", credit, lasts, shown, show.DeliveredMS, show.Charged, seen.Warned)
	if shown > lasts+time.Second {
		t.Errorf("the picture stopped %v after the credit's end", shown-lasts)
	}
	if shown < lasts-5*time.Second {
		t.Errorf("the picture stopped %v before the credit's end", lasts-shown)
	}
	for i, want := range []time.Duration{time.Minute, 20 * time.Second} {
		if i >= len(seen.Warned) {
			t.Errorf("warned %d times", i)
			continue
		}
		left := lasts - time.Duration((seen.Warned[i].At-seen.First)*float64(time.Millisecond))
		if left > want+2*time.Second || left < want-3*time.Second {
			t.Errorf("the warning of %v came %v before the end of the credit: %+v", want, left, seen.Warned[i])
		}
	}
	me, err := b.him.Me(ctx)
	if err != nil || me.BalanceMillicredits != credit-show.Charged || show.Charged > credit {
		t.Errorf("%s credits less %s are %s, %v", credit, show.Charged, me.BalanceMillicredits, err)
	}
	b.addsUp(t, show)
	curtained(b.guest)
	b.s.Verify()
}

// addsUp reads the receipt on the page.
func (b *booking) addsUp(t *testing.T, show domain.Show) {
	t.Helper()
	var read struct{ Length, Paused, Whole, Charged string }
	b.page.Eval(`Object.fromEntries(["Length", "Paused", "Whole", "Charged"].map((n) => [n, document.querySelector("[data-show-" + n.toLowerCase() + "]").textContent]))`, &read)
	charged, err := strconv.ParseFloat(read.Charged, 64)
	if want := fmt.Sprintf("%.3f", charged); err != nil || read.Charged != want || domain.Millicredits(charged*1000+0.5) != show.Charged ||
		seconds(t, read.Length) != seconds(t, read.Paused)+seconds(t, read.Whole) || show.Charged != min(show.Price*domain.Millicredits(show.DeliveredMS)/60_000, show.Charged) {
		t.Errorf("the receipt %+v of %+v", read, show)
	}
}
