package miko

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func TestFourAnswersAreKeptApart(t *testing.T) {
	m := startMiko(t)
	m.lists["web"] = known(wireEndpoint("web-2", ""), wireEndpoint("web-1", ""), wireEndpoint("web-0", `,"state":"draining"`))
	m.lists["mail"] = emptied("expired")
	c := m.connect()
	web, mail, nope := endpoints(t, c, "web"), endpoints(t, c, "mail"), endpoints(t, c, "nope")
	if web.State != Known || names(web.Endpoints) != "web-1 web-2" || names(web.Unusable) != "web-0" || web.Source != FromMiko {
		t.Errorf("web: %+v", web)
	}
	if mail.State != Empty || mail.Cause != "expired" {
		t.Errorf("mail: %+v", mail)
	}
	if nope.State != Unknown {
		t.Errorf("nope: %+v", nope)
	}
}

func TestNotReadyWhileMikoIsAway(t *testing.T) {
	m := startMiko(t)
	m.server.Close()
	c := m.connect(WithFirstAnswer(10 * time.Millisecond))
	if answer := endpoints(t, c, "web"); answer.State != NotReady {
		t.Errorf("%+v", answer)
	}
	if _, err := c.Pick(context.Background(), "web"); CodeOf(err) != CodeNotReady {
		t.Errorf("pick: %v", err)
	}
}

func TestARefusalEndsTheFirstWaitAtOnce(t *testing.T) {
	m := startMiko(t)
	c := m.connect(WithToken("wrong"), WithFirstAnswer(time.Minute))
	answer := endpoints(t, c, "web")
	if answer.State != NotReady || CodeOf(answer.Err) != "unauthenticated" {
		t.Errorf("%+v", answer)
	}
}

func TestSubscriptionsOfOneMomentShareOneStream(t *testing.T) {
	m := startMiko(t)
	m.lists["web"] = known(wireEndpoint("web-1", ""))
	c := m.connect(WithRequired("web"), WithOptional("mail"))
	if err := c.Ready(context.Background()); err != nil {
		t.Fatal(err)
	}
	if got := m.stream(1).services; got != "mail,web" {
		t.Errorf("the stream is for %s", got)
	}
	if n := m.seen("GET /v1/projects/default/endpoints:watch"); n != 1 {
		t.Errorf("%d streams", n)
	}
}

func TestReadyNamesWhatIsMissing(t *testing.T) {
	m := startMiko(t)
	m.lists["web"] = known(wireEndpoint("web-1", ""))
	c := m.connect(WithRequired("web", "mail"))
	endpoints(t, c, "web")
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	err := c.Ready(ctx)
	if CodeOf(err) != CodeNotReady || !strings.Contains(err.Error(), "mail") || strings.Contains(err.Error(), "web") {
		t.Errorf("%v", err)
	}
}

func TestTheStreamIsResumedByItsCursor(t *testing.T) {
	m := startMiko(t)
	m.lists["web"] = known(wireEndpoint("web-1", ""))
	c := m.connect()
	endpoints(t, c, "web")
	first := m.stream(1)
	first.send("delta", "c9", `{"revision":9,"services":{"web":{"state":"known","revision":9,"set":[`+strings.ReplaceAll(wireEndpoint("web-2", ""), "\n", "")+`],"gone":[{"instance":"web-1","id":"ep_other"}]}}}`)
	eventually(t, "the delta", func() bool { return c.Status().Revision == 9 })
	// A late gone of an older registration takes nothing away.
	if got := names(endpoints(t, c, "web").Endpoints); got != "web-1 web-2" {
		t.Errorf("%s", got)
	}
	first.frames <- "event: delta\nid: c10\ndata: {\"revis"
	first.end()
	if got := m.stream(2).cursor; got != "c9" {
		t.Errorf("resumed after %q", got)
	}
}

func TestAFrameThatIsNotJSONEndsTheStream(t *testing.T) {
	m := startMiko(t)
	m.lists["web"] = known(wireEndpoint("web-1", ""))
	var told atomic.Value
	c := m.connect(WithListener(func(e Event) {
		if e.Kind == EventError {
			told.Store(CodeOf(e.Err))
		}
	}))
	endpoints(t, c, "web")
	m.stream(1).send("delta", "c9", "{")
	if got := m.stream(2).cursor; got != "c5" {
		t.Errorf("resumed after %q", got)
	}
	if told.Load() != CodeBadAnswer {
		t.Errorf("told of %v", told.Load())
	}
}

func TestASuddenEmptyListIsHeldUntilItIsConfirmed(t *testing.T) {
	m := startMiko(t)
	m.lists["web"] = known(wireEndpoint("web-1", ""))
	c := m.connect(WithConfirmEmpty(20 * time.Millisecond))
	endpoints(t, c, "web")
	m.refuse("GET /v1/projects/default/endpoints", 503, "not_ready", 1)
	m.set("web", emptied("expired"))
	m.stream(1).send("snapshot", "c6", `{"revision":6,"services":{"web":`+emptied("expired")+`}}`)
	eventually(t, "the snapshot", func() bool { return c.Status().Revision == 6 })
	if got := endpoints(t, c, "web"); got.State != Known {
		t.Errorf("not held: %+v", got)
	}
	eventually(t, "the confirmation", func() bool { return endpoints(t, c, "web").State == Empty })
}

func TestAnEmptyListThatWasMeantIsBelieved(t *testing.T) {
	m := startMiko(t)
	m.lists["web"] = known(wireEndpoint("web-1", ""))
	c := m.connect(WithConfirmEmpty(time.Minute))
	endpoints(t, c, "web")
	m.stream(1).send("snapshot", "c6", `{"revision":6,"services":{"web":`+emptied("departed")+`}}`)
	eventually(t, "the empty list", func() bool { return endpoints(t, c, "web").State == Empty })
}

func TestUnknownReplacesNothing(t *testing.T) {
	m := startMiko(t)
	m.lists["web"] = known(wireEndpoint("web-1", ""))
	c := m.connect()
	endpoints(t, c, "web")
	m.stream(1).send("snapshot", "c6", `{"revision":6,"services":{"web":{"state":"unknown","endpoints":[]}}}`)
	eventually(t, "the snapshot", func() bool { return c.Status().Revision == 6 })
	if got := endpoints(t, c, "web"); got.State != Known {
		t.Errorf("%+v", got)
	}
}

func TestPollingWhereStreamsAreCut(t *testing.T) {
	m := startMiko(t)
	m.lists["web"] = known(wireEndpoint("web-1", ""))
	m.mode = "silent"
	c := m.connect(WithFirstFrame(20*time.Millisecond), WithPoll(10*time.Millisecond), WithFirstAnswer(20*time.Second))
	if got := endpoints(t, c, "web"); names(got.Endpoints) != "web-1" {
		t.Errorf("%+v", got)
	}
	m.set("web", known(wireEndpoint("web-1", ""), wireEndpoint("web-2", "")))
	eventually(t, "the polled list", func() bool { return names(endpoints(t, c, "web").Endpoints) == "web-1 web-2" })
	if !c.Status().Connected {
		t.Error("polling counts as connected")
	}
}

func TestTheDiskServesAfterARestart(t *testing.T) {
	m := startMiko(t)
	dir := filepath.Join(t.TempDir(), "cache")
	m.lists["web"] = known(wireEndpoint("web-1", `,"tags":["v2"]`))
	first := m.connect(WithCacheDir(dir))
	endpoints(t, first, "web")
	first.Close(context.Background())
	m.endStreams()
	m.server.Close()
	second := m.connect(WithCacheDir(dir))
	answer := endpoints(t, second, "web")
	if answer.State != Known || answer.Source != FromDisk || !answer.Endpoints[0].HasTag("v2") {
		t.Errorf("%+v", answer)
	}
	if second.Status().StaleSince.IsZero() {
		t.Error("a list from the disk is stale")
	}
	files, _ := os.ReadDir(dir)
	info, _ := files[0].Info()
	if len(files) != 1 || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", files, info.Mode())
	}
}

func TestWatchGivesTheHeldAndTheNewestAnswer(t *testing.T) {
	m := startMiko(t)
	m.lists["web"] = known(wireEndpoint("web-1", ""))
	c := m.connect()
	var seen []string
	for answer := range c.Watch(context.Background(), "web") {
		seen = append(seen, names(answer.Endpoints))
		if len(seen) == 2 {
			break
		}
		m.stream(1).send("snapshot", "c6", `{"revision":6,"services":{"web":`+known(wireEndpoint("web-2", `,"revision":6`))+`}}`)
	}
	if fmt.Sprint(seen) != "[web-1 web-2]" {
		t.Errorf("%v", seen)
	}
}

func TestWatchEndsWithTheClient(t *testing.T) {
	m := startMiko(t)
	m.lists["web"] = known(wireEndpoint("web-1", ""))
	c := m.connect()
	for range c.Watch(context.Background(), "web") {
		c.Close(context.Background())
	}
	if _, err := c.Endpoints(context.Background(), "web"); CodeOf(err) != CodeClosed {
		t.Errorf("%v", err)
	}
}

func TestNamesOfServicesAreBounded(t *testing.T) {
	c := startMiko(t).connect()
	if _, err := c.directory.service("Not A Name"); CodeOf(err) != CodeInvalidArgument {
		t.Errorf("%v", err)
	}
	var err error
	for i := 0; err == nil && i < 200; i++ {
		_, err = c.directory.service(fmt.Sprintf("s%062d", i))
	}
	if CodeOf(err) != CodeTooMany {
		t.Errorf("%v", err)
	}
}

func TestAListenerThatPanicsBreaksNothing(t *testing.T) {
	m := startMiko(t)
	m.lists["web"] = known(wireEndpoint("web-1", ""))
	var errs atomic.Int64
	c := m.connect(WithListener(func(e Event) {
		if e.Kind == EventError {
			errs.Add(1)
		}
		panic("mine")
	}))
	if endpoints(t, c, "web").State != Known {
		t.Error("the stream broke")
	}
	eventually(t, "the panic is told", func() bool { return errs.Load() > 0 })
}

func TestFixedConnectionsWhereMikoKnowsNothing(t *testing.T) {
	m := startMiko(t)
	m.lists["mail"] = known(wireEndpoint("mail-1", ""))
	c := m.connect(WithFixed(map[string][]string{"web": {"http://10.0.0.1", "https://10.0.0.2:8443/"}, "mail": {"http://10.0.0.3"}}))
	web := endpoints(t, c, "web")
	if web.Source != FromFixed || web.Endpoints[0].URL() != "http://10.0.0.1:80" || web.Endpoints[1].URL() != "https://10.0.0.2:8443" {
		t.Errorf("%+v", web)
	}
	endpoints(t, c, "mail")
	eventually(t, "Miko wins", func() bool { return endpoints(t, c, "mail").Source == FromMiko })
	for _, service := range []string{"web", "mail"} {
		picked, err := c.Pick(context.Background(), service)
		if err != nil {
			t.Fatal(err)
		}
		picked.Done(Outcome{Kind: OK})
	}
	report := c.FixedReport()
	if report[0].Service != "mail" || report[0].CallsByMiko != 1 || report[0].CallsByFixed != 0 || report[1].CallsByFixed != 1 || report[1].LastFixedAt.IsZero() {
		t.Errorf("%+v", report)
	}
}

func TestErrorsAreFoundByAs(t *testing.T) {
	err := fmt.Errorf("outer: %w", wrapError(CodeUnreachable, os.ErrDeadlineExceeded, "gone"))
	var own *Error
	if !errors.As(err, &own) || own.Code != CodeUnreachable || !errors.Is(err, os.ErrDeadlineExceeded) || CodeOf(err) != CodeUnreachable {
		t.Errorf("%v", err)
	}
}

func TestWhatWasNotReadyYetDoesNotOutdoTheFixedList(t *testing.T) {
	m := startMiko(t)
	one := func(health string) string {
		return strings.ReplaceAll(strings.Replace(wireEndpoint("web-1", ""), "passing", health, 1), "\n", "")
	}
	m.lists["web"] = known(one("starting"))
	c := m.connect(WithFixed(map[string][]string{"web": {"http://10.0.0.1:80"}}))
	endpoints(t, c, "web")
	eventually(t, "Miko's word", func() bool { return c.Status().Revision != 0 })
	if answer := endpoints(t, c, "web"); answer.Source != FromFixed || answer.State != Known {
		t.Errorf("%+v", answer)
	}
	for health, state := range map[string]State{"passing": Known, "critical": Empty} {
		m.stream(1).send("delta", "c7", `{"revision":7,"services":{"web":{"state":"known","revision":7,"set":[`+one(health)+`],"gone":[]}}}`)
		eventually(t, "Miko wins", func() bool {
			answer := endpoints(t, c, "web")
			return answer.Source == FromMiko && answer.State == state
		})
	}
}
