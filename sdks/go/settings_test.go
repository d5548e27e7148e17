package miko

import (
	"math"
	"strings"
	"testing"
	"time"
)

func settingsOf(env map[string]string, address string, opts ...Option) (*settings, error) {
	o, err := readOptions(opts)
	if err != nil {
		return nil, err
	}
	return readSettings(address, o, func(name string) string { return env[name] })
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
		"WithTTL must be whole seconds from 2s to 1h, not 1s":     WithTTL(time.Second),
		"WithDrain must be whole seconds from 0s to 5m, not 1.5s": WithDrain(1500 * time.Millisecond),
		"WithFirstAnswer must be 0, or from 1ms to 1m, not 30ns":  WithFirstAnswer(30),
		"WithPoll must be from 10ms to 1m, not 0s":                WithPoll(0),
		`WithRequired "Web" must`:                                 WithRequired("web", "Web"),
		`WithProject (or MIKO_PROJECT) "my project" must`:         WithProject("my project"),
		"fixed.web[0] ":       WithFixed(map[string][]string{"web": {"nonsense"}}),
		"Policy.Balance must": edit(func(p *Policy) { p.Balance = "best" }),
		"Policy.PanicThreshold must be from 0 to 1, not NaN":          edit(func(p *Policy) { p.PanicThreshold = math.NaN() }),
		"Policy.Retry.Attempts must be from 1 to 100, not 0":          edit(func(p *Policy) { p.Retry.Attempts = 0 }),
		"Policy.Timeout must be 0, or from 1ms to 24h, not 30ns":      edit(func(p *Policy) { p.Timeout = 30 }),
		"Policy.Retry.Backoff must be 0, or from 1ms to 1m, not 25ns": edit(func(p *Policy) { p.Retry.Backoff = 25 }),
		"Policy.Outlier.Interval must be from 10ms to 24h, not 0s":    edit(func(p *Policy) { p.Outlier.Interval = 0 }),
		"Policy.Breaker.MinRequests must":                             edit(func(p *Policy) { p.Breaker.MinRequests = 0 }),
		"Policy.Adaptive.MinLimit must be from 1 to 1000, not 2000":   edit(func(p *Policy) { p.Adaptive = DefaultAdaptive(); p.Adaptive.MinLimit = 2000 }),
		"services.web.Pool.Idle must be from 1ms to 1h, not 0s":       WithServicePolicy("web", func(p *Policy) { p.Pool.Idle = 0 }),
		"token must":                                        WithToken("two words"),
		"option 2 of Connect must not be nil":               nil,
		"the function of WithPolicy must not be nil":        WithPolicy(nil),
		"the function of WithServicePolicy must not be nil": WithServicePolicy("web", nil),
		"the function of WithListener must not be nil":      WithListener(nil),
		"the function of WithPropagate must not be nil":     WithPropagate(nil),
		"the function of WithWarnings must not be nil":      WithWarnings(nil),
	} {
		_, err := settingsOf(nil, "", WithToken("mine"), opt)
		if CodeOf(err) != CodeInvalidArgument || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestTheTokenCrossesNoNetworkInTheClear(t *testing.T) {
	for address, fits := range map[string]bool{
		"http://127.0.0.1:7450": true, "http://[::1]:7450": true, "http://localhost": true, "https://miko.example": true,
		"http://miko.example": false, "ftp://127.0.0.1": false, "http://127.0.0.1:99999": false, "http://me@127.0.0.1": false, "http://127.0.0.1/?a=b": false, "nonsense": false,
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
