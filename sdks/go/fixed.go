package miko

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"sync/atomic"
	"time"
)

// fixedService is what is hard-coded for one service (section 7).
type fixedService struct {
	urls   []string
	answer *Answer
	// moved: Miko, or the disk, knew the service once.
	moved  atomic.Bool
	byMiko atomic.Int64
	// byFixed counts the calls that the fixed list answered, the last one at
	// Unix ms.
	byFixed     atomic.Int64
	lastFixedMs atomic.Int64
}

// FixedUse is one service of FixedReport. An entry whose CallsByFixed stays 0
// can be deleted.
type FixedUse struct {
	Service      string
	URLs         []string
	CallsByMiko  int64
	CallsByFixed int64
	// LastFixedAt is zero when the fixed list never answered.
	LastFixedAt time.Time
}

// FixedReport tells which hard-coded connections are still used, ordered by
// service.
func (c *Client) FixedReport() []FixedUse {
	report := []FixedUse{}
	for _, service := range slices.Sorted(maps.Keys(c.settings.fixed)) {
		fixed := c.settings.fixed[service]
		use := FixedUse{Service: service, URLs: slices.Clone(fixed.urls), CallsByMiko: fixed.byMiko.Load(), CallsByFixed: fixed.byFixed.Load()}
		if ms := fixed.lastFixedMs.Load(); ms != 0 {
			use.LastFixedAt = time.UnixMilli(ms)
		}
		report = append(report, use)
	}
	return report
}

const maxFixed = 1000

func readFixed(given map[string][]string) (map[string]*fixedService, error) {
	if len(given) > maxFixed {
		return nil, newError(CodeInvalidArgument, "fixed must name at most %d services", maxFixed)
	}
	fixed := make(map[string]*fixedService, len(given))
	for service, urls := range given {
		if !serviceName.MatchString(service) {
			return nil, newError(CodeInvalidArgument, "fixed.%.100s must match %s", service, serviceName)
		}
		if len(urls) == 0 || len(urls) > maxFixed {
			return nil, newError(CodeInvalidArgument, "fixed.%s must hold 1 to %d addresses", service, maxFixed)
		}
		answer := &Answer{State: Known, Service: service, Source: FromFixed}
		for i, text := range urls {
			endpoint, err := fixedEndpoint(service, i, text)
			if err != nil {
				return nil, err
			}
			answer.Endpoints = append(answer.Endpoints, endpoint)
		}
		slices.SortFunc(answer.Endpoints, byInstance)
		fixed[service] = &fixedService{urls: slices.Clone(urls), answer: answer}
	}
	return fixed, nil
}

func fixedEndpoint(service string, i int, text string) (*Endpoint, error) {
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || !slices.Contains(protocols, u.Scheme) {
		return nil, newError(CodeInvalidArgument, "fixed.%s[%d] %.200q must be an http, https, grpc, tcp or udp URL", service, i, text)
	}
	if u.User != nil || u.RawQuery != "" || u.Fragment != "" || (u.Path != "" && u.Path != "/") {
		return nil, newError(CodeInvalidArgument, "fixed.%s[%d] must hold no user, path, query or fragment", service, i)
	}
	port := map[string]int{"http": 80, "https": 443}[u.Scheme]
	if text := u.Port(); text != "" {
		if port, err = strconv.Atoi(text); err != nil || port < 1 || port > 65535 {
			return nil, newError(CodeInvalidArgument, "fixed.%s[%d] must have a port from 1 to 65535", service, i)
		}
	}
	if port == 0 {
		return nil, newError(CodeInvalidArgument, "fixed.%s[%d] must have a port", service, i)
	}
	instance := fmt.Sprintf("fixed-%d", i+1)
	endpoint := &Endpoint{
		ID: instance, Service: service, Instance: instance, Host: u.Hostname(), Port: port, Protocol: u.Scheme,
		Weight: 100, Health: "unknown", State: "active",
	}
	return endpoint.locate(), nil
}

// counted notes that a call was answered by this list.
func (f *fixedService) counted(source Source, wall func() time.Time) {
	if source != FromFixed {
		f.byMiko.Add(1)
		return
	}
	f.byFixed.Add(1)
	f.lastFixedMs.Store(wall().UnixMilli())
}
