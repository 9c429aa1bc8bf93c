//go:build bench

package fanoutbench

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"runtime/pprof"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/backend/media"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/testkit/peer"
	"github.com/jasmincam/jasmincam/internal/whip"
)

var (
	viewers = flag.Int("viewers", 100, "viewers of one room")
	seconds = flag.Int("seconds", 10, "length of a measurement")
	rounds  = flag.Int("rounds", 3, "pairs")
	joins   = flag.Int("joins", 15, "measured joins a round")
	profile = flag.String("profile", "", "write the engine's CPU profile to this file")
	only    = flag.String("only", "", "measure one server")
)

const roleVar = "JASMINCAM_FANOUT_ROLE"

func TestMain(m *testing.M) {
	flag.Parse()
	if role := os.Getenv(roleVar); role != "" {
		if err := serve(role); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

type anybody struct{}

func (anybody) AdmitUpload(context.Context, string) (media.Upload, error) {
	return media.Upload{ID: "u", Rooms: []string{"a"}, AutoOnline: true}, nil
}
func (anybody) AdmitView(context.Context, string) error { return nil }

// usage is what a server tells of itself.
type usage struct {
	CPU      float64 // seconds
	RSS      int     // bytes
	Requests uint64
	Stats    media.Stats
}

// serve runs one server until its standard input ends.
func serve(role string) error {
	var up, down http.Handler
	stats := func() media.Stats { return media.Stats{} }
	switch role {
	case "bare":
		b, err := peer.NewBare()
		if err != nil {
			return err
		}
		up, down = whip.NewServer("/whip", b), whip.NewPlayback("/whep", b)
	case "ours":
		e, err := media.New(media.Config{UDP: "127.0.0.1:0", Doorman: anybody{}, OffersPerMinute: -1, ViewsPerOrigin: -1})
		if err != nil {
			return err
		}
		go func() { _ = e.Run(context.Background()) }()
		up, down, stats = e.WHIP(), e.WHEP(), e.Stats
	}
	mux := http.NewServeMux()
	mux.Handle("/whip", up)
	mux.Handle("/whep/", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		down.ServeHTTP(w, r.WithContext(domain.WithActor(r.Context(), domain.Actor{})))
	}))
	mux.HandleFunc("/usage", func(w http.ResponseWriter, _ *http.Request) {
		runtime.GC()
		_ = json.NewEncoder(w).Encode(usage{CPU: cpu(), RSS: rss(), Stats: stats()})
	})
	mux.HandleFunc("/profile", func(w http.ResponseWriter, r *http.Request) {
		if f, err := os.Create(r.URL.Query().Get("to")); err == nil {
			_ = pprof.StartCPUProfile(f)
		}
	})
	mux.HandleFunc("/stop", func(http.ResponseWriter, *http.Request) { pprof.StopCPUProfile() })
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println(l.Addr())
	go func() { _ = http.Serve(l, mux) }()
	_, _ = bufio.NewReader(os.Stdin).ReadString('\n')
	return nil
}

func cpu() float64 {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()).Seconds()
}

func rss() int {
	b, _ := os.ReadFile("/proc/self/statm")
	pages, _ := strconv.Atoi(strings.Fields(string(b))[1])
	return pages * os.Getpagesize()
}

// result is one server's measurement.
type result struct {
	cpu  float64 // seconds a viewer-minute
	mem  float64 // bytes a viewer
	join time.Duration
	lost int
	keys float64 // requests a second at the publisher while joining
	last usage
}

func measure(t *testing.T, role string) result {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), roleVar+"="+role)
	cmd.Stderr = os.Stderr
	in, _ := cmd.StdinPipe()
	out, _ := cmd.StdoutPipe()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = in.Close(); _ = cmd.Wait() }()
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	url := "http://" + strings.TrimSpace(line)
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	pub, err := peer.Publish(ctx, peer.Publication{URL: url + "/whip", Token: "t"})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = pub.Abandon() }()
	pause(time.Second)
	empty := ask(t, url)
	crowd := join(ctx, t, url, *viewers)
	defer func() {
		var wg sync.WaitGroup
		for _, v := range crowd {
			wg.Go(func() { _ = v.Abandon() })
		}
		wg.Wait()
	}()
	pause(2 * time.Second)
	if *profile != "" && role == "ours" {
		tell(url + "/profile?to=" + *profile)
	}
	before, began := ask(t, url), time.Now()
	pause(time.Duration(*seconds) * time.Second)
	after, took := ask(t, url), time.Since(began)
	tell(url + "/stop")
	var r result
	r.cpu = (after.CPU - before.CPU) / float64(*viewers) / took.Minutes()
	r.mem = float64(after.RSS-empty.RSS) / float64(*viewers)
	for _, v := range crowd {
		r.lost += v.Stats().Lost
	}
	r.join, r.keys = joining(ctx, t, url, pub)
	r.last = ask(t, url)
	return r
}

// join starts n viewers, a few at a time.
func join(ctx context.Context, t *testing.T, url string, n int) []*peer.Viewer {
	var (
		mu    sync.Mutex
		all   []*peer.Viewer
		wg    sync.WaitGroup
		slots = make(chan struct{}, 4)
	)
	for range n {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			v, err := peer.View(ctx, peer.Watch{URL: url + "/whep/a", Light: true, AskKey: true})
			if err != nil {
				t.Error(err)
				return
			}
			mu.Lock()
			all = append(all, v)
			mu.Unlock()
		})
	}
	wg.Wait()
	return all
}

// joining measures the time to the first whole key frame, one joiner after
// another at uneven moments.
func joining(ctx context.Context, t *testing.T, url string, pub *peer.Publisher) (p50 time.Duration, keys float64) {
	var all []time.Duration
	wishes, began := pub.Wishes(), time.Now()
	for i := range *joins {
		v, err := peer.View(ctx, peer.Watch{URL: url + "/whep/a", Light: true, AskKey: true})
		if err != nil {
			t.Fatal(err)
		}
		for v.FirstKey() == 0 && ctx.Err() == nil {
			pause(time.Millisecond)
		}
		all = append(all, v.FirstKey())
		_ = v.Abandon()
		pause(time.Duration(97*(i%7)) * time.Millisecond)
	}
	if len(all) == 0 {
		return 0, 0
	}
	slices.Sort(all)
	return all[len(all)/2], float64(pub.Wishes()-wishes) / time.Since(began).Seconds()
}

// pause lets the measured time pass.
func pause(d time.Duration) { <-time.After(d) }

// tell asks for something whose answer does not matter.
func tell(url string) {
	if resp, err := http.Get(url); err == nil {
		_ = resp.Body.Close()
	}
}

func ask(t *testing.T, url string) usage {
	resp, err := http.Get(url + "/usage")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	var u usage
	if err := json.NewDecoder(resp.Body).Decode(&u); err != nil {
		t.Fatal(err)
	}
	return u
}

// TestFanout prints the pairs and the medians of their ratios.
func TestFanout(t *testing.T) {
	var ratios, joined []float64
	for range *rounds {
		var ours, bare result
		if *only != "bare" {
			ours = measure(t, "ours")
			t.Logf("ours %.3f CPU s/viewer-minute, %.0f kB/viewer, join %v, lost %d, %.1f key requests/s, %+v",
				ours.cpu, ours.mem/1e3, ours.join.Round(time.Millisecond), ours.lost, ours.keys, ours.last.Stats)
		}
		if *only != "ours" {
			bare = measure(t, "bare")
			t.Logf("bare %.3f CPU s/viewer-minute, %.0f kB/viewer, join %v, lost %d, %.1f key requests/s",
				bare.cpu, bare.mem/1e3, bare.join.Round(time.Millisecond), bare.lost, bare.keys)
		}
		ratios = append(ratios, ours.cpu/bare.cpu)
		joined = append(joined, float64(ours.join)/float64(bare.join))
	}
	slices.Sort(ratios)
	slices.Sort(joined)
	t.Logf("CPU ratio %.2f (all %.2f), join ratio %.2f (all %.2f)", ratios[len(ratios)/2], ratios, joined[len(joined)/2], joined)
}
