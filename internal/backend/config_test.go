package backend

import (
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jasmincam/jasmincam/internal/domain"
)

func flags(change func(*Flags)) Flags {
	f := Flags{Listen: "127.0.0.1:8787", Data: "/data", Admin: "127.0.0.1:9787", TLS: "off"}
	change(&f)
	return f
}

func TestFlags_defaultsAreForThisMachine(t *testing.T) {
	cfg, err := flags(func(*Flags) {}).Config()
	if err != nil || cfg.TLS.On() || cfg.Admin != "127.0.0.1:9787" {
		t.Fatalf("%+v, %v", cfg, err)
	}
	udp, tcp, err := mediaAddresses(cfg, tcpAddr("127.0.0.1:8787"))
	if err != nil || udp != "127.0.0.1:8787" || tcp != "127.0.0.1:8788" {
		t.Fatalf("media on %s and %s, %v", udp, tcp, err)
	}
}

func TestFlags_accepted(t *testing.T) {
	for name, change := range map[string]func(*Flags){
		"own certificate": func(f *Flags) { f.Listen, f.TLS = ":443", "cert.pem,key.pem" },
		"automatic":       func(f *Flags) { f.Listen, f.TLS = "0.0.0.0:443", "auto:cams.example.com" },
		"behind a proxy": func(f *Flags) {
			f.Listen, f.TrustedProxy = "10.0.0.2:80", []string{"10.0.0.1", "fd00::/8,192.168.0.0/16"}
		},
		"no admin":          func(f *Flags) { f.Admin = "off" },
		"other media":       func(f *Flags) { f.Media = "127.0.0.1:5000" },
		"IPv6 loopback":     func(f *Flags) { f.Listen = "[::1]:8787" },
		"localhost by name": func(f *Flags) { f.Listen = "localhost:8787" },
		"public address":    func(f *Flags) { f.PublicIP = "203.0.113.5" },
		"PostgreSQL":        func(f *Flags) { f.Database = "postgres://u@h/n" },
	} {
		if _, err := flags(change).Config(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	cfg, _ := flags(func(f *Flags) { f.Listen, f.TrustedProxy = "10.0.0.2:80", []string{"10.0.0.1"} }).Config()
	if len(cfg.TrustedProxies) != 1 || cfg.TrustedProxies[0] != netip.MustParsePrefix("10.0.0.1/32") {
		t.Fatalf("proxies %v", cfg.TrustedProxies)
	}
}

func TestFlags_refusalsSayWhatToChange(t *testing.T) {
	for words, change := range map[string]func(*Flags){
		"--tls auto:DOMAIN":        func(f *Flags) { f.Listen = "0.0.0.0:8787" },
		"browsers open no camera":  func(f *Flags) { f.Listen = "192.168.1.5:8787" },
		"--listen \"nonsense\"":    func(f *Flags) { f.Listen = "nonsense" },
		"--listen \"1.2.3.4:xx\"":  func(f *Flags) { f.Listen = "1.2.3.4:xx" },
		"--data DIR":               func(f *Flags) { f.Data = "" },
		"--tls takes":              func(f *Flags) { f.TLS = "yes" },
		"does not name a domain":   func(f *Flags) { f.TLS = "auto:nowhere" },
		"--public-ip":              func(f *Flags) { f.PublicIP = "home" },
		"--trusted-proxy":          func(f *Flags) { f.TrustedProxy = []string{"10.0.0.0/99"} },
		"PostgreSQL address":       func(f *Flags) { f.Database = "mysql://x" },
		"--admin \"9787\"":         func(f *Flags) { f.Admin = "9787" },
		"--media \"127.0.0.1\" is": func(f *Flags) { f.Media = "127.0.0.1" },
	} {
		_, err := flags(change).Config()
		if domain.KindOf(err) != domain.KindInvalid || !strings.Contains(domain.Sentence(err), words) {
			t.Errorf("want words %q, got %v", words, err)
		}
	}
}

func TestConfig_bundledStaysLocal(t *testing.T) {
	base := Config{Listen: "127.0.0.1:0", Data: "x", Bundled: true}
	for _, good := range []Config{base, with(base, func(c *Config) { c.Listen, c.TLS = "192.168.1.5:8787", TLS{Cert: "c", Key: "k"} }),
		with(base, func(c *Config) { c.PublicIP = netip.MustParseAddr("10.1.2.3") })} {
		if err := good.Check(); err != nil {
			t.Errorf("%+v: %v", good, err)
		}
	}
	for _, bad := range []Config{
		with(base, func(c *Config) { c.Listen, c.TLS = "0.0.0.0:443", TLS{Cert: "c", Key: "k"} }),
		with(base, func(c *Config) { c.Listen, c.TLS = ":443", TLS{Domain: "a.example"} }),
		with(base, func(c *Config) { c.Listen, c.TLS = "203.0.113.5:443", TLS{Cert: "c", Key: "k"} }),
		with(base, func(c *Config) {
			c.Listen, c.TrustedProxies = "[2001:db8::1]:80", []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
		}),
		with(base, func(c *Config) { c.Media = "0.0.0.0:5000" }),
		with(base, func(c *Config) { c.Admin = "203.0.113.5:9787" }),
		with(base, func(c *Config) { c.PublicIP = netip.MustParseAddr("203.0.113.5") }),
	} {
		if err := bad.Check(); domain.KindOf(err) != domain.KindInvalid || !strings.Contains(domain.Sentence(err), "your address") {
			t.Errorf("%+v: %v", bad, err)
		}
	}
}

func with(c Config, change func(*Config)) Config {
	change(&c)
	return c
}

type tcpAddr string

func (tcpAddr) Network() string  { return "tcp" }
func (a tcpAddr) String() string { return string(a) }

func TestMediaAddresses(t *testing.T) {
	cfg := Config{Listen: "[::1]:0"}
	udp, tcp, err := mediaAddresses(cfg, tcpAddr("[::1]:4000"))
	if err != nil || udp != "[::1]:4000" || tcp != "[::1]:4001" {
		t.Fatalf("%s %s %v", udp, tcp, err)
	}
	_, _, err = mediaAddresses(Config{Media: "127.0.0.1:65535"}, nil)
	if domain.KindOf(err) != domain.KindInvalid {
		t.Fatalf("no port is left for TCP: %v", err)
	}
}

func TestCountry(t *testing.T) {
	for addr, want := range map[string]string{
		"127.0.0.1": "", "10.1.2.3": "", "192.168.0.1": "", "::1": "", "fd00::1": "", "fe80::1": "", "0.0.0.0": "",
		"8.8.8.8": "US", "::ffff:8.8.8.8": "US", "2001:4860:4860::8888": "US", "193.0.6.139": "NL",
	} {
		if got := country(netip.MustParseAddr(addr)); got != want {
			t.Errorf("%s is in %q, want %q", addr, got, want)
		}
	}
	if got := country(netip.Addr{}); got != "" {
		t.Errorf("no address is in %q", got)
	}
}

func TestSiteURL(t *testing.T) {
	for want, cfg := range map[string]Config{
		"http://127.0.0.1:4000":         {Listen: "127.0.0.1:0"},
		"https://cams.example.com:4000": {Listen: ":4000", TLS: TLS{Domain: "cams.example.com"}},
		"https://localhost:4000":        {Listen: "0.0.0.0:4000", TLS: TLS{Cert: "c", Key: "k"}},
		"http://[::1]:4000":             {Listen: "[::1]:4000"},
	} {
		if got := siteURL(cfg, tcpAddr("0.0.0.0:4000")); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	if got := siteURL(Config{Listen: ":443", TLS: TLS{Domain: "cams.example.com"}}, tcpAddr("[::]:443")); got != "https://cams.example.com" {
		t.Error(got)
	}
}

func TestFlags_termsAreReadAtTheStart(t *testing.T) {
	write := func(text string) string {
		name := filepath.Join(t.TempDir(), "terms.json")
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	cfg, err := flags(func(f *Flags) { f.Terms = write(`{"periods":{"half_months":true}}`) }).Config()
	if err != nil || !cfg.Terms.Calendar.HalfMonths || len(cfg.Terms.Levels) != 6 {
		t.Errorf("%+v %v", cfg.Terms, err)
	}
	for words, name := range map[string]string{"cannot be read": "/nowhere/terms.json", "no file of at most": write(strings.Repeat(" ", 70_000)), "level table": write(`{"levels":[]}`)} {
		if _, err := flags(func(f *Flags) { f.Terms = name }).Config(); domain.KindOf(err) != domain.KindInvalid || !strings.Contains(domain.Sentence(err), words) {
			t.Errorf("%v, want %q", err, words)
		}
	}
}
