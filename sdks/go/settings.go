package miko

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// settings are complete and checked.
type settings struct {
	url, token, project string
	// cacheDir is "" without a cache.
	cacheDir string
	// owner is "" when none was given; random stands in for it in subsets.
	owner, random, name, zone string
	ttlSeconds                int
	drain                     time.Duration
	firstAnswer, confirmEmpty time.Duration
	firstFrame, poll          time.Duration
	required, optional        []string
	fixed                     map[string]*fixedService
	propagate                 func(context.Context, http.Header)
	policy                    Policy
	services                  map[string]Policy
	warn                      func(string)
	wall                      func() time.Time
	dial                      dialFunc
}

// maxNamed is how many services may be required, and how many optional.
const maxNamed = 1000

var serviceName = regexp.MustCompile(`^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`)

var tokenText = regexp.MustCompile(`^[\x21-\x7e]+$`)

// readSettings takes arguments before environment before defaults. The error
// is an invalid_argument that names the option.
func readSettings(address string, o *options, env func(string) string) (*settings, error) {
	s := &settings{
		token: firstOf(o.token, env("MIKO_TOKEN")), project: firstOf(o.project, env("MIKO_PROJECT"), "default"),
		owner: o.owner, name: o.name, zone: o.zone, random: randomID(), propagate: o.propagate,
		required: o.required, optional: o.optional, wall: o.wall,
	}
	if s.token == "" {
		return nil, newError(CodeInvalidArgument, "token is missing: give it by WithToken, or set MIKO_TOKEN")
	}
	if len(s.token) > 4096 || !tokenText.MatchString(s.token) {
		return nil, newError(CodeInvalidArgument, "token must be 1 to 4096 printable characters without spaces")
	}
	base, err := readURL(firstOf(address, env("MIKO_URL"), "http://127.0.0.1:7450"))
	if err != nil {
		return nil, err
	}
	s.url = base
	if s.name == "" {
		s.name = fmt.Sprintf("%.100s:%d", hostname(), os.Getpid())
	}
	s.warn = orLogged(o.warn)
	if s.wall == nil {
		s.wall = time.Now
	}
	if o.cacheDir != nil {
		s.cacheDir = *o.cacheDir
	} else {
		s.cacheDir = firstOf(env("MIKO_CACHE_DIR"), userCacheDir(env))
	}
	if err := s.readTimes(o); err != nil {
		return nil, err
	}
	if err := s.readPolicies(o); err != nil {
		return nil, err
	}
	s.fixed, err = readFixed(o.fixed)
	return s, err
}

func (s *settings) readTimes(o *options) error {
	c := checker{}
	// Projects are named as services are.
	if !serviceName.MatchString(s.project) {
		c.refuse("WithProject (or MIKO_PROJECT)", fmt.Sprintf("%.100q must match %s", s.project, serviceName))
	}
	c.text("WithOwner", s.owner, 256)
	c.text("WithName", s.name, 256)
	// So are zones.
	if s.zone != "" && !serviceName.MatchString(s.zone) {
		c.refuse("WithZone", fmt.Sprintf("%.100q must match %s", s.zone, serviceName))
	}
	type bounds func(name string, value, least, most time.Duration)
	take := func(in bounds, name string, given *time.Duration, ordinary, least, most time.Duration) time.Duration {
		if given == nil {
			return ordinary
		}
		in(name, *given, least, most)
		return *given
	}
	s.ttlSeconds = int(take(c.seconds, "WithTTL", o.ttl, 10*time.Second, 2*time.Second, time.Hour) / time.Second)
	s.drain = take(c.seconds, "WithDrain", o.drain, 5*time.Second, 0, 300*time.Second)
	s.firstAnswer = take(c.duration, "WithFirstAnswer", o.firstAnswer, 2*time.Second, 0, time.Minute)
	s.confirmEmpty = take(c.duration, "WithConfirmEmpty", o.confirmEmpty, time.Second, 0, time.Minute)
	s.firstFrame = take(c.duration, "WithFirstFrame", o.firstFrame, 5*time.Second, 10*time.Millisecond, time.Minute)
	s.poll = take(c.duration, "WithPoll", o.poll, time.Second, 10*time.Millisecond, time.Minute)
	c.services("WithRequired", s.required)
	c.services("WithOptional", s.optional)
	return c.result()
}

func (c *checker) services(name string, given []string) {
	if len(given) > maxNamed {
		c.refuse(name, fmt.Sprintf("must name at most %d services", maxNamed))
	}
	for _, service := range given {
		if !serviceName.MatchString(service) {
			c.refuse(name, fmt.Sprintf("%.100q must match %s", service, serviceName))
		}
	}
}

func (s *settings) readPolicies(o *options) error {
	s.policy = DefaultPolicy()
	for _, edit := range o.policy {
		edit(&s.policy)
	}
	if err := s.policy.check("Policy"); err != nil {
		return err
	}
	s.services = make(map[string]Policy, len(o.services))
	for service, edits := range o.services {
		if !serviceName.MatchString(service) {
			return newError(CodeInvalidArgument, "WithServicePolicy %.100q must match %s", service, serviceName)
		}
		policy := s.policy.clone()
		for _, edit := range edits {
			edit(&policy)
		}
		if err := policy.check("services." + service); err != nil {
			return err
		}
		s.services[service] = policy
	}
	return nil
}

func (s *settings) policyOf(service string) *Policy {
	policy, ok := s.services[service]
	if !ok {
		policy = s.policy
	}
	policy = policy.clone()
	return &policy
}

// subsetOwner is what a subset is made of.
func (s *settings) subsetOwner() string { return firstOf(s.owner, s.random) }

func readURL(text string) (string, error) {
	u, err := url.Parse(text)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return "", newError(CodeInvalidArgument, "url %.200q must be an http or https URL", text)
	}
	if u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return "", newError(CodeInvalidArgument, "url must hold no user, query or fragment")
	}
	if port := u.Port(); port != "" {
		if number, err := strconv.Atoi(port); err != nil || number < 1 || number > 65535 {
			return "", newError(CodeInvalidArgument, "url %.200q must have a port from 1 to 65535", text)
		}
	}
	// The token opens the fleet: it crosses no network in the clear.
	if u.Scheme == "http" && !isLoopback(u.Hostname()) {
		return "", newError(CodeInvalidArgument, "url: %s is not this machine: use https", u.Host)
	}
	// One spelling for all SDKs: the name of the cache's file is made of it.
	host := strings.ToLower(u.Host)
	if port := u.Port(); port == "" || u.Scheme == "http" && port == "80" || u.Scheme == "https" && port == "443" {
		host = strings.TrimSuffix(strings.TrimSuffix(host, port), ":")
	}
	return u.Scheme + "://" + host + strings.TrimRight(u.EscapedPath(), "/"), nil
}

var loopbackAddress = regexp.MustCompile(`^127\.\d+\.\d+\.\d+$`)

func isLoopback(host string) bool {
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || host == "::1" || loopbackAddress.MatchString(host)
}

// userCacheDir is the same for the SDKs of all languages, which share the
// files in it; os.UserCacheDir is not, on some systems.
func userCacheDir(env func(string) string) string {
	base := env("XDG_CACHE_HOME")
	if !filepath.IsAbs(base) {
		home, err := os.UserHomeDir()
		if err != nil {
			return ""
		}
		base = filepath.Join(home, ".cache")
	}
	return filepath.Join(base, "miko")
}

func hostname() string {
	name, err := os.Hostname()
	if err != nil {
		return "localhost"
	}
	return name
}

func randomID() string {
	var id [8]byte
	// Never fails since Go 1.24.
	_, _ = rand.Read(id[:])
	return hex.EncodeToString(id[:])
}

func firstOf(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}
