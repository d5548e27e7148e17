package miko

import (
	"strings"
	"testing"
	"time"
)

func TestARegistrationThatCanNeverBeRightIsRefusedAtOnce(t *testing.T) {
	for words, edit := range map[string]func(*Registration){
		"Registration.Service":                                           func(r *Registration) { r.Service = "Web" },
		"Registration.Instance":                                          func(r *Registration) { r.Instance = "a b" },
		"Registration.Port 0: the port must be from 1 to 65535":          func(r *Registration) { r.Port = 0 },
		"Registration.Protocol":                                          func(r *Registration) { r.Protocol = "smtp" },
		"Registration.Weight 1001: the weight must be from 1 to 1000":    func(r *Registration) { r.Weight = 1001 },
		"Registration.Standby":                                           func(r *Registration) { r.Standby, r.Weight = true, 7 },
		"Registration.Host 0.0.0.0 is":                                   func(r *Registration) { r.Host = "0.0.0.0" },
		"Registration.Host :: is":                                        func(r *Registration) { r.Host = "::" },
		`Registration.Host "http://a" must`:                              func(r *Registration) { r.Host = "http://a" },
		`Registration.Host "a:80" must`:                                  func(r *Registration) { r.Host = "a:80" },
		`Registration.Host "[::1]" must`:                                 func(r *Registration) { r.Host = "[::1]" },
		`Registration.Host "10.0.0" must`:                                func(r *Registration) { r.Host = "10.0.0" },
		`Registration.Host "fe80::1%eth0" must`:                          func(r *Registration) { r.Host = "fe80::1%eth0" },
		"Registration.Check.Type":                                        func(r *Registration) { r.Check = &Check{Type: "https"} },
		"Registration.Check.Path":                                        func(r *Registration) { r.Check = HTTPCheck("healthz") },
		"Registration.Check.ExpectStatus must be from 100 to 599":        func(r *Registration) { r.Check = &Check{Type: "http", Path: "/", ExpectStatus: 99} },
		"Registration.Check.Interval must be from 100ms to 1h, not 30ns": func(r *Registration) { r.Check = &Check{Type: "tcp", Interval: 30} },
		"Registration.Check.Timeout must be from 10ms to 1m, not 2m0s":   func(r *Registration) { r.Check = &Check{Type: "grpc", Timeout: 2 * time.Minute} },
		"Registration.Check.Rise must be from 1 to 100, not -1":          func(r *Registration) { r.Check = &Check{Type: "tcp", Rise: -1} },
		"Registration.Check.TTL must be from 1s to 24h, not 0s":          func(r *Registration) { r.Check = TTLCheck(0) },
	} {
		r := Registration{Service: "web", Instance: "web-1", Port: 8080}
		edit(&r)
		if err := r.check(); CodeOf(err) != CodeInvalidArgument || !strings.Contains(err.Error(), words) {
			t.Errorf("%s: %v", words, err)
		}
	}
}

func TestARegistrationThatMayBeRightIsLeftToMiko(t *testing.T) {
	for _, r := range []Registration{
		{}, {Host: "10.0.0.1"}, {Host: "::1"}, {Host: "web-1.internal."}, {Host: "my_host"}, {Weight: 1000}, {Standby: true}, {Protocol: "udp"},
		{Check: HTTPCheck("/")}, {Check: TCPCheck()}, {Check: GRPCCheck("")}, {Check: TTLCheck(time.Second)},
	} {
		r.Service, r.Instance, r.Port = "web", "10.0.0.1:8080", 65535
		if err := r.check(); err != nil {
			t.Errorf("%+v: %v", r, err)
		}
	}
}
