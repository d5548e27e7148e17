package miko

import (
	"fmt"
	"log"
	"net/http"
	"sync"
)

const (
	// theLists come by the stream or by polling.
	theLists   = "the endpoint lists"
	theSession = "the session"
)

// refusals warns of what Miko refuses for a reason that waiting does not mend:
// once, until it works again (section 1.13). Nobody has to listen for that:
// while the disk or fixed connections answer, a wrong token would show nowhere.
type refusals struct {
	warn         func(message string)
	url, project string

	mu sync.Mutex
	// told are those warned of: theLists, theSession, "the registration of web/a".
	told map[string]bool
}

// note warns where err refuses what.
func (r *refusals) note(what string, err *Error) {
	if !isRefusal(err) || !r.isNews(what) {
		return
	}
	message := fmt.Sprintf("miko: Miko at %s, project %s, refuses %s, which waiting does not mend: %s (%s)", r.url, r.project, what, err.Message, err.Code)
	if err.Status == http.StatusUnauthorized {
		message += "; MIKO_TOKEN, or what WithToken gave, is no token that this Miko takes"
	}
	r.warn(message)
}

func (r *refusals) isNews(what string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.told[what] {
		return false
	}
	if r.told == nil {
		r.told = map[string]bool{}
	}
	r.told[what] = true
	return true
}

// over notes that it works, or is wanted no more.
func (r *refusals) over(what string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.told, what)
}

// orLogged is warn, or the standard logger where there is none, and where it
// panics.
func orLogged(warn func(message string)) func(message string) {
	if warn == nil {
		return func(message string) { log.Print(message) }
	}
	return func(message string) {
		defer func() {
			if thrown := recover(); thrown != nil {
				log.Printf("%s (the function of WithWarnings panicked: %v)", message, thrown)
			}
		}()
		warn(message)
	}
}
