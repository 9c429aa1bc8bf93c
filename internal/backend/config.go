package backend

import (
	"io"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/jasmincam/jasmincam/internal/backend/auth"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// Flags are the words of `serve`, as both programs read them.
type Flags struct {
	Listen       string   `default:"127.0.0.1:8787" placeholder:"ADDR" help:"Address of the site, by default ${default}. Plain HTTP is for this machine only; see --tls."`
	Data         string   `required:"" placeholder:"DIR" help:"Folder for the database, keys and certificates; made with mode 0700."`
	Demo         bool     `help:"Make, once, two performers, three members, a studio and a staff account; see DIR/demo.json."`
	Database     string   `placeholder:"URL" help:"PostgreSQL address (postgres://…). Default: SQLite in DIR."`
	Admin        string   `default:"127.0.0.1:9787" placeholder:"ADDR" help:"Address of /metrics, or \"off\"; by default ${default}."`
	Media        string   `placeholder:"ADDR" help:"UDP address of all media; ICE over TCP takes the next port. Default: the address of --listen."`
	PublicIP     string   `name:"public-ip" placeholder:"IP" help:"Address that viewers and performers reach, where it is not this machine's own."`
	TLS          string   `name:"tls" default:"off" placeholder:"off|auto:DOMAIN|CERT,KEY" help:"Certificates: none (${default}, the default), automatic ones, or your own files."`
	Terms        string   `placeholder:"FILE" help:"JSON file with pay periods, levels, referral and payouts, see docs/PROTOCOL.md 6. Default: those of the service."`
	TrustedProxy []string `placeholder:"CIDR" help:"Proxies that speak TLS in front of this server and tell the visitor's address."`
}

// Config is what a Server is made of; Flags.Config makes one from words.
type Config struct {
	Listen         string         // host:port; port 0 takes a free one
	Data           string         // folder
	Database       string         // postgres URL, or "" for SQLite in Data
	Admin          string         // host:port, or "" for none
	Media          string         // host:port, or "" for the same as Listen
	PublicIP       netip.Addr     // the zero Addr: this machine's own
	TLS            TLS            //
	TrustedProxies []netip.Prefix //
	Terms          domain.Terms   // how performers and studios are paid; zero means the default
	Demo           bool           // make demo data once
	Bundled        bool           // in the app's process: never reachable from outside the local network
	Passwords      auth.Params    // costs of password hashes; zero means the default
	Now            func() time.Time
	Log            *slog.Logger
}

// TLS tells where certificates come from; the zero value is plain HTTP.
type TLS struct {
	Domain    string // automatic certificates for this name
	Cert, Key string // or PEM files
}

// On tells whether the server itself speaks TLS.
func (t TLS) On() bool { return t.Domain != "" || t.Cert != "" }

// Config reads the words. KindInvalid, with a sentence that tells the flag to change.
func (f Flags) Config() (Config, error) {
	cfg := Config{Listen: f.Listen, Data: f.Data, Database: f.Database, Admin: f.Admin, Media: f.Media, Demo: f.Demo}
	if f.Admin == "off" {
		cfg.Admin = ""
	}
	var err error
	if cfg.TLS, err = parseTLS(f.TLS); err != nil {
		return Config{}, err
	}
	if f.Terms != "" {
		if cfg.Terms, err = readTerms(f.Terms); err != nil {
			return Config{}, err
		}
	}
	if f.PublicIP != "" {
		if cfg.PublicIP, err = netip.ParseAddr(f.PublicIP); err != nil {
			return Config{}, invalid("--public-ip %q is not an IP address. Write it like 203.0.113.5.", f.PublicIP)
		}
	}
	for _, words := range f.TrustedProxy {
		for _, word := range strings.Split(words, ",") {
			prefix, err := parsePrefix(strings.TrimSpace(word))
			if err != nil {
				return Config{}, invalid("--trusted-proxy %q is not an address range. Write it like 10.0.0.0/8.", word)
			}
			cfg.TrustedProxies = append(cfg.TrustedProxies, prefix)
		}
	}
	return cfg, cfg.Check()
}

// Check refuses what must not be served. KindInvalid.
func (c Config) Check() error {
	host, err := checkAddress("--listen", c.Listen)
	if err != nil {
		return err
	}
	if c.Data == "" {
		return invalid("Say with --data DIR where the database and keys are kept.")
	}
	if c.Database != "" && !strings.HasPrefix(c.Database, "postgres://") && !strings.HasPrefix(c.Database, "postgresql://") {
		return invalid("--database is not a PostgreSQL address. Write it like postgres://user@host/name, or leave it out to use SQLite in the --data folder.")
	}
	if c.Bundled {
		if err := c.checkBundled(); err != nil {
			return err
		}
	}
	if !c.TLS.On() && len(c.TrustedProxies) == 0 && !isLoopback(host) {
		return invalid("Without TLS passwords could be read on the way to %s, and browsers open no camera. "+
			"Use --tls auto:DOMAIN or --tls CERT,KEY, or --trusted-proxy CIDR behind a proxy that speaks TLS.", c.Listen)
	}
	for flag, addr := range map[string]string{"--admin": c.Admin, "--media": c.Media} {
		if addr == "" {
			continue
		}
		if _, err := checkAddress(flag, addr); err != nil {
			return err
		}
	}
	return nil
}

// checkBundled keeps the app's own backend off public addresses: its viewers
// would learn where the performer lives (domain rule 4).
func (c Config) checkBundled() error {
	for flag, addr := range map[string]string{"--listen": c.Listen, "--media": c.Media, "--admin": c.Admin} {
		if addr == "" {
			continue
		}
		if host, err := checkAddress(flag, addr); err != nil || !isLocal(host) {
			return invalid("%s %s: the app's own backend stays on this machine or the local network, because viewers from outside would learn "+
				"your address. Use an address such as 127.0.0.1:8787, or run jasmincam-server on a rented server.", flag, addr)
		}
	}
	if c.PublicIP.IsValid() && !isLocal(c.PublicIP.String()) {
		return invalid("--public-ip %s would tell viewers your address. Leave it out, or run jasmincam-server on a rented server.", c.PublicIP)
	}
	return nil
}

// maxTerms bounds a file of terms, in bytes.
const maxTerms = 64 << 10

func readTerms(name string) (domain.Terms, error) {
	file, err := os.Open(name)
	if err != nil {
		return domain.Terms{}, invalid("--terms %s cannot be read: %v. Give a file that is there.", name, err)
	}
	defer func() { _ = file.Close() }() // it was only read
	text, err := io.ReadAll(io.LimitReader(file, maxTerms+1))
	if err != nil || len(text) > maxTerms {
		return domain.Terms{}, invalid("--terms %s is no file of at most %d bytes. Give one as docs/PROTOCOL.md 6 has it.", name, maxTerms)
	}
	return domain.ReadTerms(text)
}

func parseTLS(word string) (TLS, error) {
	if word == "" || word == "off" {
		return TLS{}, nil
	}
	if name, ok := strings.CutPrefix(word, "auto:"); ok {
		if !strings.Contains(name, ".") || strings.ContainsAny(name, "/:, ") {
			return TLS{}, invalid("--tls auto:%s does not name a domain. Write it like auto:cams.example.com.", name)
		}
		return TLS{Domain: name}, nil
	}
	cert, key, ok := strings.Cut(word, ",")
	if !ok || cert == "" || key == "" {
		return TLS{}, invalid("--tls takes off, auto:DOMAIN, or two files as CERT,KEY; %q is none of these.", word)
	}
	return TLS{Cert: cert, Key: key}, nil
}

func parsePrefix(word string) (netip.Prefix, error) {
	if addr, err := netip.ParseAddr(word); err == nil {
		return addr.Prefix(addr.BitLen())
	}
	return netip.ParsePrefix(word)
}

func checkAddress(flag, addr string) (host string, err error) {
	host, port, err := net.SplitHostPort(addr)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		return "", invalid("%s %q is not an address. Write host and port, like 127.0.0.1:8787.", flag, addr)
	}
	return host, nil
}

func isLoopback(host string) bool {
	addr, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && addr.Unmap().IsLoopback()
}

func isLocal(host string) bool {
	addr, err := netip.ParseAddr(host)
	addr = addr.Unmap()
	return isLoopback(host) || err == nil && (addr.IsPrivate() || addr.IsLinkLocalUnicast())
}

func invalid(format string, args ...any) error {
	return domain.Errorf("configuration", domain.KindInvalid, format, args...)
}
