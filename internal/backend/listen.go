package backend

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"syscall"

	"github.com/caddyserver/certmagic"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// portTries bounds the search for a free pair of ports when port 0 was asked for.
const portTries = 50

// listen opens a TCP listener for the address of flag. KindUnavailable, with
// the flag to change.
func listen(ctx context.Context, flag, addr string) (net.Listener, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, listenError(flag, addr, err)
	}
	return l, nil
}

// mediaAddresses are where media listens: UDP on --media, or on the site's own
// host and port, and ICE over TCP on the next port.
func mediaAddresses(cfg Config, site net.Addr) (udp, tcp string, err error) {
	udp = cfg.Media
	if udp == "" {
		host, _, err := net.SplitHostPort(cfg.Listen)
		if err != nil {
			return "", "", invalid("--listen %q is not an address.", cfg.Listen)
		}
		udp = net.JoinHostPort(host, portOf(site))
	}
	host, word, err := net.SplitHostPort(udp)
	if err != nil {
		return "", "", invalid("--media %q is not an address.", udp)
	}
	port, err := strconv.Atoi(word)
	if err != nil || port < 1 || port > 65534 {
		return "", "", invalid("--media %q needs a port from 1 to 65534: ICE over TCP takes the next one.", udp)
	}
	return udp, net.JoinHostPort(host, strconv.Itoa(port+1)), nil
}

func portOf(addr net.Addr) string {
	_, port, _ := net.SplitHostPort(addr.String())
	return port
}

func listenError(flag, addr string, err error) error {
	words := fmt.Sprintf("The address %s (%s) cannot be used. Check that it is one of this machine's and that no other program listens there.", addr, flag)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		words = fmt.Sprintf("The port of %s (%s) is in use by another program. Stop that program or choose another port.", addr, flag)
	case errors.Is(err, os.ErrPermission):
		words = fmt.Sprintf("This user may not listen on %s (%s). Choose a port above 1023 or give the program that right.", addr, flag)
	}
	return domain.Wrap("listen", domain.KindUnavailable, err, words)
}

// certificates makes the TLS configuration; stop ends the renewal of automatic
// ones. It returns nil for plain HTTP.
func certificates(ctx context.Context, cfg Config) (conf *tls.Config, stop func(), err error) {
	switch {
	case cfg.TLS.Domain != "":
		return automatic(ctx, cfg)
	case cfg.TLS.Cert != "":
		pair, err := tls.LoadX509KeyPair(cfg.TLS.Cert, cfg.TLS.Key)
		if err != nil {
			return nil, nil, domain.Wrap("certificate", domain.KindInvalid, err,
				"The certificate or its key cannot be used. Check the two PEM files of --tls CERT,KEY and that they belong together.")
		}
		conf = &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"}}
		return conf, func() {}, nil
	}
	return nil, func() {}, nil
}

// automatic gets certificates over the site's own port (TLS-ALPN), so that no
// port 80 is needed; the site has to listen on port 443 or be reached by it.
func automatic(ctx context.Context, cfg Config) (*tls.Config, func(), error) {
	_, port, err := net.SplitHostPort(cfg.Listen)
	if err != nil {
		return nil, nil, invalid("--listen %q is not an address.", cfg.Listen)
	}
	alpnPort, err := strconv.Atoi(port)
	if err != nil {
		return nil, nil, invalid("--tls auto needs a fixed port in --listen, usually :443.")
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx)) // lives until stop, not only while the server opens
	var magic *certmagic.Config
	cache := certmagic.NewCache(certmagic.CacheOptions{
		GetConfigForCert: func(certmagic.Certificate) (*certmagic.Config, error) { return magic, nil },
	})
	magic = certmagic.New(cache, certmagic.Config{Storage: &certmagic.FileStorage{Path: filepath.Join(cfg.Data, certificateFolder)}})
	magic.Issuers = []certmagic.Issuer{certmagic.NewACMEIssuer(magic, certmagic.ACMEIssuer{
		CA: certmagic.LetsEncryptProductionCA, Agreed: true, DisableHTTPChallenge: true, AltTLSALPNPort: alpnPort,
	})}
	if err := magic.ManageAsync(ctx, []string{cfg.TLS.Domain}); err != nil {
		cancel()
		cache.Stop()
		return nil, nil, domain.Wrap("certificate", domain.KindUnavailable, err,
			"No certificate could be asked for. Check that "+cfg.TLS.Domain+" points to this server and that port 443 reaches it.")
	}
	conf := magic.TLSConfig()
	conf.NextProtos = append([]string{"h2", "http/1.1"}, conf.NextProtos...)
	return conf, func() { cancel(); cache.Stop() }, nil
}
