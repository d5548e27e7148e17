package miko

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/miko-control-plane/miko/sdks/go/internal/wire"
)

// Registration is an endpoint to register. What can never be right is refused
// at once; Ready of what Register answers tells the fields that Miko objects to.
type Registration struct {
	// Service is a name as "web": small letters, digits, hyphens.
	Service string
	// Instance is unique in the service and the same after a restart of this
	// process, as "web-1".
	Instance string
	// Host is where clients reach it, a name or an IP address; default 127.0.0.1,
	// which is right only while all of them run on this machine.
	Host string
	// Port is the one that it listens on, 1 to 65535.
	Port int
	// Protocol is http, https, grpc, tcp or udp; default http.
	Protocol string
	// PublicURL is for callers that may not see internal addresses.
	PublicURL string
	Zone      string
	// Weight is 1 to 1000; 0 stands for 100. See Standby.
	Weight int
	// Standby registers with weight 0: chosen only when nothing else is there. No
	// Weight goes with it.
	Standby bool
	Tags    []string
	Labels  map[string]string
	// Check is how Miko finds out whether the endpoint answers; nil: it gets calls
	// as soon as it is registered. With a check it stands in the directory as
	// starting, and gets calls when the check has risen.
	Check *Check
	// Readiness, where given, is asked every 250 ms; the endpoint is registered
	// when it first answers true. One that takes 5 s said no.
	Readiness func(ctx context.Context) bool
}

// Check is one of http, tcp, grpc and ttl; see HTTPCheck and the others.
type Check struct {
	// Type is http, tcp, grpc or ttl.
	Type string
	// Path, which begins with /, and the status to expect (100 to 599; 0: any of
	// 200 to 299), of http.
	Path         string
	ExpectStatus int
	// Service of grpc, "" for the whole server.
	Service string
	// Interval between two probes, 100 ms to 1 h, default 1 s; Timeout of one, 10
	// ms to a minute, default 500 ms.
	Interval time.Duration
	Timeout  time.Duration
	// Rise is how many good probes in a row make it passing, default 2; Fall how
	// many bad ones critical, default 3. Both 1 to 100.
	Rise int
	Fall int
	// TTL of ttl: how long one Report holds, 1 s to a day.
	TTL time.Duration
}

// HTTPCheck asks for a path.
func HTTPCheck(path string) *Check { return &Check{Type: "http", Path: path} }

// TCPCheck connects.
func TCPCheck() *Check { return &Check{Type: "tcp"} }

// GRPCCheck asks the health service of gRPC; service "" is the whole server.
func GRPCCheck(service string) *Check { return &Check{Type: "grpc", Service: service} }

// TTLCheck leaves it to the process to say, by Registered.Report.
func TTLCheck(ttl time.Duration) *Check { return &Check{Type: "ttl", TTL: ttl} }

// key names it among the registrations of a client.
func (r *Registration) key() string { return r.Service + "/" + r.Instance }

// owner is that of a process that named none: its first endpoint is its slot.
func (r *Registration) owner() string {
	host := hostname()
	return host[:min(len(host), 60)] + ":" + r.Service + ":" + r.Instance
}

func (r *Registration) toWire(session string) wire.Registration {
	w := wire.Registration{
		Session: session, Host: firstOf(r.Host, "127.0.0.1"), Port: r.Port, Protocol: firstOf(r.Protocol, "http"),
		PublicURL: wire.Text(r.PublicURL), Zone: wire.Text(r.Zone), Weight: r.Weight,
		Tags: r.Tags, Labels: r.Labels,
	}
	if r.Weight == 0 && !r.Standby {
		w.Weight = 100
	}
	if r.Standby {
		w.Weight = 0
	}
	if w.Tags == nil {
		w.Tags = []string{}
	}
	if w.Labels == nil {
		w.Labels = map[string]string{}
	}
	if r.Check != nil {
		w.Check = r.Check.toWire()
	}
	return w
}

func (c *Check) toWire() map[string]any {
	if c.Type == "ttl" {
		return map[string]any{"type": "ttl", "ttl_ms": c.TTL.Milliseconds()}
	}
	w := map[string]any{
		"type": c.Type, "interval_ms": orDefault(c.Interval.Milliseconds(), 1000), "timeout_ms": orDefault(c.Timeout.Milliseconds(), 500),
		"rise": orDefault(c.Rise, 2), "fall": orDefault(c.Fall, 3),
	}
	switch c.Type {
	case "http":
		w["path"] = c.Path
		if c.ExpectStatus != 0 {
			w["expect_status"] = c.ExpectStatus
		}
	case "grpc":
		if c.Service != "" {
			w["service"] = c.Service
		}
	}
	return w
}

func orDefault[N int | int64 | time.Duration](value, ordinary N) N {
	if value == 0 {
		return ordinary
	}
	return value
}

// clone answers a registration that the caller cannot change any more.
func (r Registration) clone() Registration {
	r.Tags, r.Labels, r.Check = slices.Clone(r.Tags), maps.Clone(r.Labels), copyOf(r.Check)
	return r
}
