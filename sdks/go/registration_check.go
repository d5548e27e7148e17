package miko

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"time"
)

var (
	instanceName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$`)
	hostName     = regexp.MustCompile(`^[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?([.][A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*[.]?$`)
	onlyNumbers  = regexp.MustCompile(`^[0-9.]+$`)
	protocols    = []string{"http", "https", "grpc", "tcp", "udp"}
)

// check refuses what can never be right by invalid_argument, which names the
// field (section 9). What is in tags and labels Miko judges.
func (r *Registration) check() error {
	c := checker{at: "Registration"}
	if !serviceName.MatchString(r.Service) {
		c.refuse("Service", fmt.Sprintf("%.100q must match %s", r.Service, serviceName))
	}
	if !instanceName.MatchString(r.Instance) {
		c.refuse("Instance", fmt.Sprintf("%.100q must match %s", r.Instance, instanceName))
	}
	c.host(r.Host)
	if r.Port < 1 || r.Port > 65535 {
		c.refuse("Port", fmt.Sprintf("%d: the port must be from 1 to 65535", r.Port))
	}
	if r.Protocol != "" && !slices.Contains(protocols, r.Protocol) {
		c.refuse("Protocol", fmt.Sprintf("%.100q must be one of %s", r.Protocol, strings.Join(protocols, ", ")))
	}
	if r.Weight < 0 || r.Weight > 1000 {
		c.refuse("Weight", fmt.Sprintf("%d: the weight must be from 1 to 1000", r.Weight))
	}
	if r.Standby && r.Weight != 0 {
		c.refuse("Standby", "is weight 0: no Weight goes with it")
	}
	if r.Check != nil {
		c.at = "Registration.Check"
		r.Check.refuse(&c)
	}
	return c.result()
}

// host takes "" for the default.
func (c *checker) host(host string) {
	if host == "" {
		return
	}
	address, err := netip.ParseAddr(host)
	switch {
	case err == nil && address.Unmap().IsUnspecified():
		c.refuse("Host", fmt.Sprintf("%s is every address to listen on, and none to call: give the one at which clients reach this machine", host))
	case err == nil && address.Zone() == "":
	case err == nil || len(host) > 253 || !hostName.MatchString(host) || onlyNumbers.MatchString(host):
		c.refuse("Host", fmt.Sprintf("%.300q must be a name or an IP address of at most 253 characters, without scheme, port, path or brackets", host))
	}
}

func (k *Check) refuse(c *checker) {
	switch k.Type {
	case "http":
		if !strings.HasPrefix(k.Path, "/") {
			c.refuse("Path", fmt.Sprintf("%.100q must begin with /", k.Path))
		}
		c.count("ExpectStatus", orDefault(k.ExpectStatus, 200), 100, 599)
	case "tcp", "grpc":
	case "ttl":
		c.duration("TTL", k.TTL, time.Second, day)
		return
	default:
		c.refuse("Type", fmt.Sprintf("%.100q must be http, tcp, grpc or ttl", k.Type))
	}
	c.duration("Interval", orDefault(k.Interval, time.Second), 100*time.Millisecond, time.Hour)
	c.duration("Timeout", orDefault(k.Timeout, time.Second), 10*time.Millisecond, time.Minute)
	c.count("Rise", orDefault(k.Rise, 1), 1, 100)
	c.count("Fall", orDefault(k.Fall, 1), 1, 100)
}
