package miko

import (
	"math"
	"strings"
	"testing"
	"time"
)

func settingsOf(env map[string]string, address string, opts ...Option) (*settings, error) {
	var o options
	for _, set := range opts {
		set(&o)
	}
	return readSettings(address, &o, func(name string) string { return env[name] })
}

func TestArgumentsWinOverTheEnvironment(t *testing.T) {
	env := map[string]string{"MIKO_URL": "http://127.0.0.1:1/x/", "MIKO_TOKEN": "theirs", "MIKO_PROJECT": "shop", "MIKO_CACHE_DIR": "/cache"}
	s, err := settingsOf(env, "")
	if err != nil || s.url != "http://127.0.0.1:1/x" || s.token != "theirs" || s.project != "shop" || s.cacheDir != "/cache" {
		t.Errorf("%+v %v", s, err)
	}
	s, err = settingsOf(env, "https://miko.example", WithToken("mine"), WithProject("other"), WithoutCache())
	if err != nil || s.url != "https://miko.example" || s.token != "mine" || s.project != "other" || s.cacheDir != "" {
		t.Errorf("%+v %v", s, err)
	}
	s, err = settingsOf(map[string]string{"XDG_CACHE_HOME": "/srv/me/c"}, "", WithToken("mine"))
	if err != nil || s.url != "http://127.0.0.1:7450" || s.project != "default" || s.cacheDir != "/srv/me/c/miko" {
		t.Errorf("%+v %v", s, err)
	}
}

func TestBadOptionsAreRefusedByTheirPath(t *testing.T) {
	edit := func(change func(*Policy)) Option { return WithPolicy(change) }
	for path, opt := range map[string]Option{
		"ttl_seconds":                 WithTTL(time.Second),
		"drain_seconds":               WithDrain(1500 * time.Millisecond),
		"first_answer_ms":             WithFirstAnswer(-1),
		"required[1]":                 WithRequired("web", "Web"),
		"fixed.web[0]":                WithFixed(map[string][]string{"web": {"nonsense"}}),
		"policy.balance":              edit(func(p *Policy) { p.Balance = "best" }),
		"policy.panic_threshold":      edit(func(p *Policy) { p.PanicThreshold = math.NaN() }),
		"policy.retry.attempts":       edit(func(p *Policy) { p.Retry.Attempts = 0 }),
		"policy.outlier.interval_ms":  edit(func(p *Policy) { p.Outlier.Interval = 0 }),
		"policy.breaker.min_requests": edit(func(p *Policy) { p.Breaker.MinRequests = 0 }),
		"policy.adaptive.min_limit":   edit(func(p *Policy) { p.Adaptive = DefaultAdaptive(); p.Adaptive.MinLimit = 2000 }),
		"services.web.pool.idle_ms":   WithServicePolicy("web", func(p *Policy) { p.Pool.Idle = 0 }),
		"token":                       WithToken("two words"),
	} {
		_, err := settingsOf(nil, "", WithToken("mine"), opt)
		if CodeOf(err) != CodeInvalidArgument || !strings.Contains(err.Error(), path+" ") {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestTheTokenCrossesNoNetworkInTheClear(t *testing.T) {
	for address, fits := range map[string]bool{
		"http://127.0.0.1:7450": true, "http://[::1]:7450": true, "http://localhost": true, "https://miko.example": true,
		"http://miko.example": false, "ftp://127.0.0.1": false, "http://me@127.0.0.1": false, "http://127.0.0.1/?a=b": false, "nonsense": false,
	} {
		if _, err := settingsOf(nil, address, WithToken("mine")); (err == nil) != fits {
			t.Errorf("%s: %v", address, err)
		}
	}
}

func TestOneSpellingOfTheAddress(t *testing.T) {
	for given, want := range map[string]string{
		"HTTPS://Miko.Example:443/": "https://miko.example", "http://127.0.0.1:80": "http://127.0.0.1",
		"http://[::1]:7450/a/": "http://[::1]:7450/a", "https://miko.example:8443": "https://miko.example:8443",
	} {
		if s, err := settingsOf(nil, given, WithToken("mine")); err != nil || s.url != want {
			t.Errorf("%s: %v %v", given, s, err)
		}
	}
}

func TestThePolicyOfAServiceIsOverThatOfAll(t *testing.T) {
	s, err := settingsOf(nil, "", WithToken("mine"),
		WithServicePolicy("web", func(p *Policy) { p.Retry.Attempts++; p.Outlier.MinHosts = 9 }),
		WithPolicy(func(p *Policy) { p.Retry.Attempts = 7; p.Breaker = nil }))
	if err != nil {
		t.Fatal(err)
	}
	web, mail := s.policyOf("web"), s.policyOf("mail")
	if web.Retry.Attempts != 8 || mail.Retry.Attempts != 7 || web.Breaker != nil || web.Outlier.MinHosts != 9 || mail.Outlier.MinHosts != 5 {
		t.Errorf("%+v %+v", web, mail)
	}
}
