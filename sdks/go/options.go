package miko

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"time"
)

// Option is an argument of Connect.
type Option func(*options)

// options are what the caller said; readSettings makes settings of them.
type options struct {
	token, project, owner, name, zone string
	// cacheDir: nil is the default, "" is none.
	cacheDir     *string
	ttl, drain   *time.Duration
	firstAnswer  *time.Duration
	confirmEmpty *time.Duration
	firstFrame   *time.Duration
	poll         *time.Duration
	required     []string
	optional     []string
	fixed        map[string][]string
	propagate    func(context.Context, http.Header)
	policy       []func(*Policy)
	services     map[string][]func(*Policy)
	listener     []func(Event)
	warn         func(string)
	wall         func() time.Time
	// refusal is the first one of what can be seen at once.
	refusal error
}

func readOptions(given []Option) (*options, error) {
	o := new(options)
	for i, set := range given {
		o.need(set != nil, fmt.Sprintf("option %d of Connect", i+1))
		if set != nil {
			set(o)
		}
	}
	return o, o.refusal
}

// need refuses a function that nobody gave.
func (o *options) need(given bool, name string) {
	if !given && o.refusal == nil {
		o.refusal = newError(CodeInvalidArgument, "%s must not be nil", name)
	}
}

// WithToken gives the credential; default MIKO_TOKEN. One of the two is needed.
func WithToken(token string) Option { return func(o *options) { o.token = token } }

// WithProject names the project, as services are named; default MIKO_PROJECT,
// else "default".
func WithProject(project string) Option { return func(o *options) { o.project = project } }

// WithCacheDir says where the last good lists are kept over a restart; default
// MIKO_CACHE_DIR, else miko in the user's cache directory.
func WithCacheDir(dir string) Option { return func(o *options) { o.cacheDir = &dir } }

// WithoutCache keeps nothing on disk.
func WithoutCache() Option { return func(o *options) { o.cacheDir = new(string) } }

// WithOwner gives the stable id of this process slot (a pod, a unit, host and
// port): the same after a restart, and never that of two processes at once.
// With it a session is opened at once, so that drains wait for this process.
func WithOwner(owner string) Option { return func(o *options) { o.owner = owner } }

// WithName is what people see beside the session; default <host>:<pid>.
func WithName(name string) Option { return func(o *options) { o.name = name } }

// WithZone says where this process is: endpoints there come first.
func WithZone(zone string) Option { return func(o *options) { o.zone = zone } }

// WithTTL is how long registrations outlive a process that died: whole seconds,
// 2 s to 1 h, default 10 s.
func WithTTL(ttl time.Duration) Option { return func(o *options) { o.ttl = &ttl } }

// WithDrain is how long a departure waits for watchers to let go: whole
// seconds, 0 to 300 s, default 5 s.
func WithDrain(drain time.Duration) Option { return func(o *options) { o.drain = &drain } }

// WithFirstAnswer is how long the first question for a service waits for Miko,
// 0 to 60 s, default 2 s. Where Miko may hang and calls have short timeouts, let
// it be shorter than those: then the disk, or what is fixed, answers in time.
func WithFirstAnswer(wait time.Duration) Option { return func(o *options) { o.firstAnswer = &wait } }

// WithConfirmEmpty is how long a sudden empty list is held before it is asked
// for again, 0 to 60 s, default 1 s.
func WithConfirmEmpty(wait time.Duration) Option { return func(o *options) { o.confirmEmpty = &wait } }

// WithFirstFrame is how long a stream may take for its first frame, 10 ms to
// 60 s, default 5 s.
func WithFirstFrame(wait time.Duration) Option { return func(o *options) { o.firstFrame = &wait } }

// WithPoll is the least time between two polls where streams are cut, 10 ms to
// 60 s, default 1 s.
func WithPoll(every time.Duration) Option { return func(o *options) { o.poll = &every } }

// WithRequired subscribes to services at once; Ready waits for them.
func WithRequired(services ...string) Option {
	return func(o *options) { o.required = append(o.required, services...) }
}

// WithOptional subscribes to services at once; nobody waits for them.
func WithOptional(services ...string) Option {
	return func(o *options) { o.optional = append(o.optional, services...) }
}

// WithFixed gives the connections that are hard-coded today, as
// {"web": {"http://10.0.0.1:8080"}}: they answer where Miko does not know the
// service (section 7). At most 1,000 services of 1,000 addresses.
func WithFixed(fixed map[string][]string) Option {
	return func(o *options) { o.fixed = maps.Clone(fixed) }
}

// WithPropagate calls add for each attempt, with the context of the call and
// the headers to add to what traces need. With OpenTelemetry:
//
//	otel.GetTextMapPropagator().Inject(ctx, propagation.HeaderCarrier(header))
func WithPropagate(add func(ctx context.Context, header http.Header)) Option {
	return func(o *options) {
		o.need(add != nil, "the function of WithPropagate")
		o.propagate = add
	}
}

// WithPolicy edits the policy of all services, which begins as DefaultPolicy.
func WithPolicy(edit func(*Policy)) Option {
	return func(o *options) {
		o.need(edit != nil, "the function of WithPolicy")
		o.policy = append(o.policy, edit)
	}
}

// WithServicePolicy edits the policy of one service, over that of all.
func WithServicePolicy(service string, edit func(*Policy)) Option {
	return func(o *options) {
		o.need(edit != nil, "the function of WithServicePolicy")
		if o.services == nil {
			o.services = map[string][]func(*Policy){}
		}
		o.services[service] = append(o.services[service], edit)
	}
}

// WithListener is told of every event from the beginning; see Client.On.
func WithListener(take func(Event)) Option {
	return func(o *options) {
		o.need(take != nil, "the function of WithListener")
		o.listener = append(o.listener, take)
	}
}

// WithWarnings takes what nobody should miss, as a token that Miko refuses, or a
// second process under the same owner; default: the standard logger. It must be
// quick.
func WithWarnings(warn func(message string)) Option {
	return func(o *options) {
		o.need(warn != nil, "the function of WithWarnings")
		o.warn = warn
	}
}

// WithWallClock replaces time.Now where a date is meant (Retry-After, the age
// of the disk's lists). Waits and ages never depend on it. It is for tests.
func WithWallClock(now func() time.Time) Option {
	return func(o *options) {
		o.need(now != nil, "the function of WithWallClock")
		o.wall = now
	}
}
