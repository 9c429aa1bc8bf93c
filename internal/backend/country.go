package backend

import (
	"net/netip"

	"github.com/phuslu/iploc"
)

// country tells the ISO 3166-1 alpha-2 code of an address, or "" when it is
// unknown, of this machine or of a private network (domain C8: unknown counts
// as closed when any country is).
func country(addr netip.Addr) string {
	addr = addr.Unmap()
	if !addr.IsValid() || !addr.IsGlobalUnicast() || addr.IsPrivate() {
		return ""
	}
	code := iploc.IPCountry(addr)
	if len(code) != 2 || code == "ZZ" {
		return ""
	}
	return code
}
