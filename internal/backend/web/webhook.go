package web

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/jasmincam/jasmincam/internal/backend/web/reply"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// noticeAge is how far a notice's time may lie from ours, in both directions.
const noticeAge = 5 * time.Minute

func (s *Site) sandboxNotice(w http.ResponseWriter, r *http.Request) {
	err := s.notices.check(w, r)
	var body []byte
	if err == nil {
		body, err = readBody(w, r, maxBody)
	}
	if err == nil {
		err = s.settle(r.Context(), body, r.Header.Get("Sandbox-Signature"))
	}
	if err != nil {
		fail(w, err)
		return
	}
	reply.JSON(w, http.StatusOK, struct{}{})
}

// settle verifies a notice of the payment sandbox and books it
// (docs/PROTOCOL.md 5).
func (s *Site) settle(ctx context.Context, body []byte, signature string) error {
	if !s.signed(body, signature) {
		return domain.Errorf("webhook", domain.KindUnauthenticated, "The notice's signature is wrong or older than 5 minutes. Sign it again with the sandbox secret.")
	}
	var notice domain.PaymentNotice
	if err := decode(body, &notice); err != nil {
		return err
	}
	if notice.ID == "" || notice.Purchase == "" || (notice.State != "paid" && notice.State != "failed" && notice.State != "charged_back") {
		return domain.Errorf("webhook", domain.KindInvalid, "A notice needs an id, a purchase and the state paid, failed or charged_back.")
	}
	return s.Payments.Settle(ctx, notice)
}

// signed checks "t=SECONDS,v1=HEX" in constant time.
func (s *Site) signed(body []byte, signature string) bool {
	var seconds, sum string
	for part := range strings.SplitSeq(signature, ",") {
		switch name, value, _ := strings.Cut(strings.TrimSpace(part), "="); name {
		case "t":
			seconds = value
		case "v1":
			sum = value
		}
	}
	at, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil {
		return false
	}
	given, err := hex.DecodeString(sum)
	if err != nil || !hmac.Equal(given, s.sign(body, seconds)) {
		return false
	}
	age := s.Now().Sub(time.Unix(at, 0))
	return age <= noticeAge && age >= -noticeAge
}

func (s *Site) sign(body []byte, seconds string) []byte {
	mac := hmac.New(sha256.New, s.SandboxSecret)
	mac.Write([]byte(seconds + "."))
	mac.Write(body)
	return mac.Sum(nil)
}

// sandboxPays acts as the provider: it signs a notice as the provider would and
// sends it the provider's way. The notice's id follows from the purchase and
// the outcome, so that a button pressed twice settles once.
func (s *Site) sandboxPays(ctx context.Context, p domain.Purchase, state string) error {
	body, err := json.Marshal(domain.PaymentNotice{
		ID: "sandbox-" + p.ID + "-" + state, Purchase: p.ID, State: state, Cents: p.Cents, At: s.Now().UnixMilli(),
	})
	if err != nil {
		return domain.Wrap("sandbox", domain.KindInternal, err, "")
	}
	seconds := strconv.FormatInt(s.Now().Unix(), 10)
	return s.settle(ctx, body, "t="+seconds+",v1="+hex.EncodeToString(s.sign(body, seconds)))
}
