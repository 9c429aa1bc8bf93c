package main

import (
	"bytes"
	"context"
	"database/sql"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

// say runs the program with words and a line on standard input.
func say(t *testing.T, stdin string, args ...string) (status int, out, problems string) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	if _, err := io.WriteString(w, stdin); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	var o, e bytes.Buffer
	status = run(t.Context(), args, console{r, &o, &e})
	return status, o.String(), e.String()
}

func TestRun_words(t *testing.T) {
	empty := t.TempDir()
	for _, c := range []struct {
		words  string
		status int
		wants  string
	}{
		{"version", 0, "jasmincam-server dev"},
		{"--help", 0, "serve"},
		{"serve --help", 0, "--trusted-proxy"},
		{"serve --help", 0, "127.0.0.1:8787"},
		{"serve --help", 0, "127.0.0.1:9787"},
		{"serve --help", 0, "(off,"},
		{"", 2, "--help"},
		{"nonsense", 2, "--help"},
		{"serve", 2, "--data"},
		{"serve --listen 0.0.0.0:8787 --data " + empty, 1, "--tls"},
		{"serve --listen 127.0.0.1:0 --admin off --data /dev/null/x", 1, "cannot be written"},
		{"verify", 2, "--data"},
		{"verify --data " + empty, 1, "no jasmincam.db"},
		{"backup --data a", 2, "--to"},
		{"backup --data " + empty + " --to " + empty + "/x", 1, "pg_dump"},
		{"verify --data a --database b", 2, "can't be used together"},
	} {
		status, out, problems := say(t, "", strings.Fields(c.words)...)
		if status != c.status || !strings.Contains(out+problems, c.wants) {
			t.Errorf("%q: status %d, want %d with %q: %s%s", c.words, status, c.status, c.wants, out, problems)
		}
	}
}

// site serves until the test ends and returns its folder and address.
func startSite(t *testing.T, words ...string) (folder, url string) {
	t.Helper()
	data := filepath.Join(t.TempDir(), "data")
	ctx, stop := context.WithCancel(context.Background())
	r, w := io.Pipe()
	ended := make(chan int, 1)
	var problems bytes.Buffer
	go func() {
		ended <- run(ctx, append([]string{"serve", "--listen", "127.0.0.1:0", "--admin", "off", "--data", data}, words...), console{os.Stdin, w, &problems})
		_ = w.Close() // of an io.Pipe: always nil
	}()
	t.Cleanup(func() {
		stop()
		go func() { _, _ = io.Copy(io.Discard, r) }() // ends when the program has closed w
		if status := testkit.Receive(t, 20*time.Second, ended, "the end of the program"); status != 0 {
			t.Errorf("ended with %d: %s", status, problems.String())
		}
		if strings.Contains(problems.String(), "127.0.0.1:0") || !strings.HasPrefix(problems.String(), "{") {
			t.Errorf("log: %s", problems.String())
		}
	})
	text := make([]byte, 4096)
	n, err := r.Read(text)
	if err != nil {
		t.Fatalf("%v: %s", err, problems.String())
	}
	url = regexp.MustCompile(`http://127\.0\.0\.1:\d+`).FindString(string(text[:n]))
	if url == "" {
		t.Fatalf("no address in %q", text[:n])
	}
	return data, url
}

func TestRun_staffSignsInToARunningSite(t *testing.T) {
	data, url := startSite(t)
	words := []string{"staff", "--data", data, "--email", "boss@example.org", "--name", "the-boss"}
	if status, _, problems := say(t, "short\n", words...); status != 1 || !strings.Contains(problems, "at least 10") {
		t.Errorf("a short password: %d, %s", status, problems)
	}
	if status, _, problems := say(t, "", words...); status != 1 || !strings.Contains(problems, "No password") {
		t.Errorf("no password: %d, %s", status, problems)
	}
	if status, out, problems := say(t, "a long password\n", words...); status != 0 || !strings.Contains(out, "staff") {
		t.Fatalf("%d, %s", status, problems)
	}
	if status, _, problems := say(t, "a long password\n", words...); status != 1 || !strings.Contains(problems, "taken") {
		t.Errorf("twice: %d, %s", status, problems)
	}
	defer http.DefaultClient.CloseIdleConnections()
	resp, err := http.Post(url+"/api/v1/sessions", "application/json", strings.NewReader(`{"email":"boss@example.org","password":"a long password","device":"test"}`))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if body, _ := io.ReadAll(resp.Body); resp.StatusCode != http.StatusCreated || !bytes.Contains(body, []byte(`"role":"staff"`)) {
		t.Errorf("%d %s", resp.StatusCode, body)
	}
}

// A copy of the running site is audited, names what it does not have, and is never
// written over.
func TestRun_backup(t *testing.T) {
	data, _ := startSite(t, "--demo")
	restored := t.TempDir()
	words := []string{"backup", "--data", data, "--to", filepath.Join(restored, "jasmincam.db")}
	status, out, problems := say(t, "", words...)
	if status != 0 || !strings.Contains(out, "6 entries") || !strings.Contains(out, "origin.key") || !strings.Contains(problems, "Copied 100 %") {
		t.Fatalf("%d, %s%s", status, out, problems)
	}
	if status, out, problems := say(t, "", "verify", "--data", restored); status != 0 || !strings.Contains(out, "6 entries") {
		t.Errorf("the copy: %d, %s%s", status, out, problems)
	}
	if status, _, problems := say(t, "", words...); status != 1 || !strings.Contains(problems, "already") {
		t.Errorf("over the copy: %d, %s", status, problems)
	}
}

// Somebody changes an amount behind the program's back.
func TestRun_verifyNamesTheFirstBadEntry(t *testing.T) {
	data, _ := startSite(t, "--demo")
	if status, out, problems := say(t, "", "verify", "--data", data); status != 0 || !strings.Contains(out, "6 entries") {
		t.Fatalf("%d, %s%s", status, out, problems)
	}
	db, err := sql.Open("sqlite", filepath.Join(data, "jasmincam.db")+"?_pragma=busy_timeout(5000)")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	var entry string
	if err := db.QueryRow(`SELECT id FROM entries ORDER BY position LIMIT 1 OFFSET 2`).Scan(&entry); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(`UPDATE postings SET amount = amount + 1 WHERE entry = $1 AND n = 0`, entry); err != nil {
		t.Fatal(err)
	}
	if status, _, problems := say(t, "", "verify", "--data", data); status != 1 || !strings.Contains(problems, entry) {
		t.Errorf("status %d, want 1 and entry %s: %s", status, entry, problems)
	}
}
