package miko

import (
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/miko-control-plane/miko/sdks/go/internal/wire"
)

// Endpoint is one registered instance of a service, as the directory shows it.
// It is shared and never changes: a change comes as a new Endpoint.
type Endpoint struct {
	// ID is new for each registration by a new session.
	ID       string
	Service  string
	Instance string
	// Host is "" and Port 0 when the caller may see public addresses only.
	Host string
	Port int
	// Protocol is http, https, grpc, tcp or udp; later Mikos may add words.
	Protocol  string
	PublicURL string
	// Zone is "" when the endpoint named none.
	Zone string
	// Weight is 0 to 1000; 0 is chosen only when nothing else is there.
	Weight int
	Tags   []string
	Labels map[string]string
	// Health is starting, passing, warning, critical or unknown.
	Health string
	// State is active, draining or denied.
	State string
	// Held says that Miko holds it through a mass expiry: it may be dead.
	Held     bool
	Revision int64

	where *where
}

// Address is host:port, an IPv6 host in brackets; "" without a host.
func (e *Endpoint) Address() string {
	if e.Host == "" || e.Port == 0 {
		return ""
	}
	return net.JoinHostPort(e.Host, strconv.Itoa(e.Port))
}

// URL is protocol://host:port, or the public URL where there is no host; ""
// with neither. It never ends with a slash.
func (e *Endpoint) URL() string {
	if address := e.Address(); address != "" {
		return e.Protocol + "://" + address
	}
	return strings.TrimRight(e.PublicURL, "/")
}

// HasTag tells whether the endpoint carries the tag.
func (e *Endpoint) HasTag(tag string) bool { return slices.Contains(e.Tags, tag) }

// Usable tells whether requests may go there (section 1.5).
func (e *Endpoint) Usable() bool {
	if e.State != "active" {
		return false
	}
	return e.Health == "passing" || e.Health == "warning" || e.Health == "unknown"
}

// where is where an endpoint's calls go, read once.
type where struct {
	// prefix of every path, for a public URL that has one; ends without a slash.
	prefix string
	key    poolKey
	// conns are the connections that were last used; see pool.at.
	conns atomic.Pointer[connections]
}

// poolKey is where connections lead, and what they speak.
type poolKey struct {
	// address is "" where HTTP calls cannot go.
	address string
	secure  bool
	http2   bool
}

// locate fills in where; each endpoint is made through it.
func (e *Endpoint) locate() *Endpoint {
	e.where = new(where)
	e.where.key = poolKey{address: e.Address(), secure: e.Protocol == "https", http2: e.Protocol == "grpc" || e.HasTag("h2")}
	if e.where.key.address != "" {
		return e
	}
	u, err := url.Parse(e.URL())
	if err != nil || u.Host == "" {
		return e
	}
	e.where.key.address, e.where.key.secure = u.Host, u.Scheme == "https"
	if u.Port() == "" && u.Scheme == "https" {
		e.where.key.address = net.JoinHostPort(u.Hostname(), "443")
	}
	e.where.prefix = u.EscapedPath()
	return e
}

func endpointFromWire(service string, w *wire.Endpoint) *Endpoint {
	e := &Endpoint{
		ID: w.ID, Service: service, Instance: w.Instance, Host: string(w.Host), Port: int(w.Port), Protocol: w.Protocol,
		PublicURL: string(w.PublicURL), Zone: string(w.Zone), Weight: w.Weight, Tags: w.Tags, Labels: w.Labels,
		Health: w.Health, State: w.State, Held: bool(w.Held), Revision: w.Revision,
	}
	return e.locate()
}

func endpointToWire(e *Endpoint) wire.Endpoint {
	return wire.Endpoint{
		ID: e.ID, Instance: e.Instance, Host: wire.Text(e.Host), Port: wire.Number(e.Port), Protocol: e.Protocol,
		PublicURL: wire.Text(e.PublicURL), Zone: wire.Text(e.Zone), Weight: e.Weight, Tags: e.Tags, Labels: e.Labels,
		Health: e.Health, State: e.State, Held: wire.Flag(e.Held), Revision: e.Revision,
	}
}
