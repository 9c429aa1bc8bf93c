package chrome

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/jasmincam/jasmincam/internal/testkit"
)

// Options say what kind of browser to start; the zero value is a viewer's.
type Options struct {
	FakeCamera bool     // a camera and a microphone made by Chromium, allowed without a question
	Env        []string // added to the test's own, such as PULSE_SERVER
	Flags      []string // more Chromium switches, without dashes, "name" or "name=value"
}

// Browser is a running Chromium with a profile of its own.
type Browser struct {
	t   testing.TB
	ctx context.Context
}

// callLimit bounds one question to a page.
const callLimit = 30 * time.Second

// Open starts Chromium until the test ends. Without one installed the test
// cannot run on this machine.
func Open(t testing.TB, o Options) *Browser {
	t.Helper()
	path := testkit.Need(t, "chromium", "chromium-browser", "google-chrome")
	profile, err := os.MkdirTemp("", "jc-chrome")
	if err != nil {
		t.Fatal(err)
	}
	var group int
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]), flags(o)...)
	options = append(options,
		chromedp.ExecPath(path), chromedp.UserDataDir(profile), chromedp.Env(o.Env...),
		chromedp.ModifyCmdFunc(func(cmd *exec.Cmd) {
			// A group of its own: whatever it starts ends with it.
			cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
		}))
	// Not the test's context: that ends before the clean-up that has to close the browser.
	allocator, release := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, cancel := chromedp.NewContext(allocator)
	t.Cleanup(func() {
		cancel()
		if group > 0 {
			_ = syscall.Kill(-group, syscall.SIGKILL)
		}
		release()
		if err := os.RemoveAll(profile); err != nil {
			t.Error(err)
		}
	})
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("Chromium does not start: %v", err)
	}
	if p := chromedp.FromContext(ctx).Browser.Process(); p != nil {
		group = p.Pid
	}
	return &Browser{t: t, ctx: ctx}
}

func flags(o Options) []chromedp.ExecAllocatorOption {
	set := []chromedp.ExecAllocatorOption{
		chromedp.NoSandbox, // root in a container has no user namespaces
		chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-crash-reporter", true),
		chromedp.Flag("autoplay-policy", "no-user-gesture-required"),
		// mDNS names for local candidates need a multicast network.
		chromedp.Flag("disable-features", "Translate,BlinkGenPropertyTrees,WebRtcHideLocalIpsWithMdns,MediaRouter,OptimizationHints"),
		chromedp.WindowSize(1366, 900),
	}
	if o.FakeCamera {
		set = append(set,
			chromedp.Flag("use-fake-ui-for-media-stream", true),
			chromedp.Flag("use-fake-device-for-media-stream", true))
	}
	for _, f := range o.Flags {
		if name, value, has := strings.Cut(f, "="); has {
			set = append(set, chromedp.Flag(name, value))
		} else {
			set = append(set, chromedp.Flag(name, true))
		}
	}
	return set
}

// Page is one tab.
type Page struct {
	t   testing.TB
	ctx context.Context

	mu       sync.Mutex
	errors   []string
	requests []string
}

// Incognito opens a tab that shares no cookie with the others and goes to url.
func (b *Browser) Incognito(url string) *Page {
	b.t.Helper()
	return b.open(url, chromedp.WithNewBrowserContext())
}

// Page opens a tab of the browser's own profile and goes to url.
func (b *Browser) Page(url string) *Page {
	b.t.Helper()
	return b.open(url)
}

func (b *Browser) open(url string, options ...chromedp.ContextOption) *Page {
	b.t.Helper()
	ctx, cancel := chromedp.NewContext(b.ctx, options...)
	b.t.Cleanup(cancel)
	p := &Page{t: b.t, ctx: ctx}
	// This makes the tab, so the context must be the tab's own.
	if err := chromedp.Listen(ctx, p.listen); err != nil {
		b.t.Fatalf("Chromium opens no tab: %v", err)
	}
	if _, err := chromedp.Call(ctx, cdplog.Enable, cdp.Empty{}); err != nil {
		b.t.Fatalf("Chromium shows no log: %v", err)
	}
	if _, err := chromedp.Call(ctx, network.Enable, network.EnableParams{}); err != nil {
		b.t.Fatalf("Chromium shows no requests: %v", err)
	}
	p.Go(url)
	return p
}

// listen collects what a page complains of, and what it asks the network for.
func (p *Page) listen(event any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		p.errors = append(p.errors, exception(e.ExceptionDetails))
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning {
			var text strings.Builder
			for _, arg := range e.Args {
				fmt.Fprintf(&text, " %s%s", arg.Value, arg.Description)
			}
			p.errors = append(p.errors, fmt.Sprintf("console.%s:%s", e.Type, text.String()))
		}
	case *cdplog.EventEntryAdded:
		if e.Entry.Level == cdplog.EntryLevelError {
			p.errors = append(p.errors, fmt.Sprintf("%s: %s %s", e.Entry.Source, e.Entry.Text, e.Entry.URL))
		}
	case *network.EventRequestWillBeSent:
		p.requests = append(p.requests, e.Request.Method+" "+e.Request.URL)
	}
}

func exception(d *runtime.ExceptionDetails) string {
	if d.Exception != nil {
		return "exception: " + d.Text + " " + d.Exception.Description
	}
	return "exception: " + d.Text
}

// Errors is what the page complained of so far: exceptions, console errors and
// warnings, refused or failed loads, broken content security policy.
func (p *Page) Errors() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.errors)
}

// Requests is what the page asked the network for, as "METHOD address".
func (p *Page) Requests() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.requests)
}

// Run carries out chromedp actions in the tab; the test fails when one does.
func (p *Page) Run(actions ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, callLimit)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		p.t.Fatalf("the page did not do it: %v\nit complained: %q", err, p.Errors())
	}
}

// Go loads another address.
func (p *Page) Go(url string) {
	p.t.Helper()
	p.Run(chromedp.Navigate(url))
}

// Eval evaluates an expression, waits for its promise, and stores its value in
// into (nil: nowhere).
func (p *Page) Eval(expression string, into any) {
	p.t.Helper()
	if err := p.eval(callLimit, expression, into); err != nil {
		p.t.Fatalf("%.200s: %v\nthe page complained: %q", expression, err, p.Errors())
	}
}

func (p *Page) eval(limit time.Duration, expression string, into any) error {
	ctx, cancel := context.WithTimeout(p.ctx, limit)
	defer cancel()
	value, err := chromedp.Run(ctx, chromedp.Evaluate[[]byte](expression, chromedp.EvalAwaitPromise))
	if err != nil || into == nil {
		return err
	}
	return json.Unmarshal(value, into)
}

// Until waits until an expression, or what it promises, is true, and fails the
// test after the limit.
func (p *Page) Until(limit time.Duration, expression string) {
	p.t.Helper()
	var last error
	ok := testkit.Holds(limit, func() bool {
		var is bool
		last = p.eval(callLimit, "(async () => Boolean(await ("+expression+")))()", &is)
		return last == nil && is
	})
	if !ok {
		var text string
		_ = p.eval(callLimit, "document.body.innerText", &text)
		p.t.Fatalf("waited %s in vain for %s (%v)\nthe page complained: %q\nit shows: %.2000s", limit, expression, last, p.Errors(), text)
	}
}

// Text is what a person reads on the page.
func (p *Page) Text() string {
	p.t.Helper()
	var text string
	p.Eval("document.body.innerText", &text)
	return text
}

// HTML is the page as it stands now.
func (p *Page) HTML() string {
	p.t.Helper()
	var html string
	p.Eval("document.documentElement.outerHTML", &html)
	return html
}

// Screenshot writes a PNG of the page to a file.
func (p *Page) Screenshot(name string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, callLimit)
	defer cancel()
	png, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err != nil {
		p.t.Fatalf("no screenshot: %v", err)
	}
	if err := os.WriteFile(name, png, 0o600); err != nil {
		p.t.Fatal(err)
	}
}

// Close closes the tab before the test ends.
func (p *Page) Close() {
	p.t.Helper()
	if err := chromedp.Cancel(p.ctx); err != nil {
		p.t.Errorf("the tab does not close: %v", err)
	}
}
