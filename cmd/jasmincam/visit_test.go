package main

import (
	"context"
	"encoding/json"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/backend"
	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/capture/synthetic"
	"github.com/jasmincam/jasmincam/internal/client"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/encode"
	"github.com/jasmincam/jasmincam/internal/session/uplink"
	"github.com/jasmincam/jasmincam/internal/testkit"
	"github.com/jasmincam/jasmincam/internal/ui/vm"
	"github.com/jasmincam/jasmincam/internal/whip"
)

// soon is enough for each step of a show on a busy machine.
const soon = 90 * time.Second

// openDemo is the window without its screen: the bundled backend runs behind it, and
// the demo's accounts are live.
func openDemo(t *testing.T) (*house, *backend.Server) {
	t.Helper()
	h, err := windowCmd{Demo: true, Online: true, Listen: testkit.Loopback(testkit.FreePort(t))}.house(testWorld(nil), t.TempDir(), quietLog())
	if err != nil {
		t.Fatal(err)
	}
	h.enter = func() {}
	small := h.desk.Status().Choice
	small.Size = capture.Wish{Width: 320, Height: 180, FPS: 30}
	if err := h.desk.Use(small); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	open := make(chan struct{})
	var front, behind sync.WaitGroup
	behind.Go(func() { h.bundled.run(ctx, open) })
	for _, run := range []func(context.Context) error{h.desk.Run, h.live.Run, h.shows.Run} {
		front.Go(func() { _ = run(ctx) })
	}
	front.Go(func() {
		<-open
		_ = h.signIn.Run(ctx)
	})
	front.Go(func() { h.drive(ctx, open) })
	t.Cleanup(func() {
		stop()
		front.Wait()
		h.transport.CloseIdleConnections()
		h.bundled.close()
		behind.Wait()
	})
	testkit.Until(t, soon, "the demo's accounts to be live", func() bool { return allLive(h.live.View()) })
	server, err := h.bundled.opened()
	if err != nil {
		t.Fatal(err)
	}
	return h, server
}

// aMember signs in the demo's first member.
func aMember(t *testing.T, h *house, server *backend.Server) *client.Client {
	t.Helper()
	var demo struct {
		Members []struct{ Email, Password string }
	}
	raw, err := os.ReadFile(server.DemoFile())
	if err == nil {
		err = json.Unmarshal(raw, &demo)
	}
	if err != nil || len(demo.Members) == 0 {
		t.Fatalf("the demo has no member: %v", err)
	}
	c, err := client.New(client.Config{URL: server.URL(), Transport: h.transport})
	if err != nil {
		t.Fatal(err)
	}
	in, err := c.SignIn(t.Context(), demo.Members[0].Email, demo.Members[0].Password, "test")
	if err != nil {
		t.Fatal(err)
	}
	return c.With(in.Token)
}

// films sends the readable picture into a show until the test ends.
func films(t *testing.T, h *house, url, token string) {
	t.Helper()
	p, err := uplink.New(uplink.Config{Endpoint: url, MinBitrate: 200_000, Bitrate: 1_000_000})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	var work sync.WaitGroup
	t.Cleanup(func() {
		stop()
		_ = p.Close() // the show may have closed it
		work.Wait()
	})
	offer, err := p.Offer(ctx)
	var remote *whip.Session
	if err == nil {
		remote, err = (&whip.Client{Endpoint: url, Token: token, Transport: h.transport}).Publish(ctx, offer)
	}
	if err == nil {
		err = p.Accept(remote.Answer)
	}
	if err == nil {
		err = p.Connected(ctx, soon)
	}
	var video *encode.Video
	if err == nil {
		video, err = encode.NewVideo(encode.DefaultVideo(320, 180, 30))
	}
	var camera *synthetic.Camera
	if err == nil {
		camera, err = synthetic.NewCamera(synthetic.CameraConfig{Size: capture.Wish{Width: 320, Height: 180, FPS: 30}})
	}
	if err != nil {
		t.Fatal(err)
	}
	slot := &capture.Slot{}
	work.Go(func() { _ = camera.Run(ctx, func(f *capture.Frame) { slot.Put(f.Retain()) }) })
	work.Go(func() {
		_ = video.Run(ctx, slot, func(u encode.Unit) { _ = p.Send(u, func(int) error { return nil }) }) // one that ended sends nothing
	})
	work.Go(func() { p.Listen(ctx, video.RequestKeyFrame) })
}

// The window with the backend in its own process, which is known by a name that is no
// address, shows the member of a show as with any other backend.
func TestHouse_seesTheMember(t *testing.T) {
	h, server := openDemo(t)
	mike := aMember(t, h, server)
	accounts := h.live.View().Accounts
	her := accounts[slices.IndexFunc(accounts, func(c vm.Card) bool { return c.Letter == "A" })].Name
	offer, err := mike.Quote(t.Context(), her)
	if err != nil {
		t.Fatal(err)
	}
	asked, err := mike.Ask(t.Context(), her, "key-of-the-show", offer.Rates())
	if err != nil {
		t.Fatal(err)
	}
	testkit.Until(t, soon, "the card of the wish", func() bool {
		v := h.shows.View()
		return len(v.Requests) == 1 && v.Requests[0].Show == asked.ID
	})
	h.shows.Accept(asked.ID)
	testkit.Until(t, soon, "the show to begin", func() bool {
		s, err := mike.Show(t.Context(), asked.ID)
		return err == nil && s.State == domain.ShowStarting
	})
	if _, err := mike.SetExtras(t.Context(), asked.ID, true, false); err != nil {
		t.Fatal(err)
	}
	films(t, h, server.URL()+"/whip/shows/"+asked.ID, mike.Token())
	testkit.Until(t, soon, "a picture of the member", func() bool {
		if g := h.desk.Status().Guest; g.Way.Err != nil {
			t.Fatal(g.Way.Err)
		}
		f := h.shows.Picture().TryTake()
		if f == nil {
			return false
		}
		defer f.Release()
		_, ok := synthetic.ReadStrip(f.Y, f.YStride, f.Width, f.Height)
		return ok
	})
}
