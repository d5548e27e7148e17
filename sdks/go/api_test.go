package miko

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"reflect"
	"testing"
	"time"

	"github.com/miko-control-plane/miko/sdks/go/api"
)

// told is a server that answers what the test says, and what it was asked.
type told struct {
	status int
	header map[string]string
	body   string
	asked  *http.Request
	sent   string
}

func (t *told) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	t.asked, t.sent = r, string(body)
	for name, value := range t.header {
		w.Header().Set(name, value)
	}
	w.WriteHeader(t.status)
	_, _ = io.WriteString(w, t.body)
}

func calling(t *testing.T, answer *told) *API {
	t.Helper()
	server := httptest.NewServer(answer)
	t.Cleanup(server.Close)
	return &API{link: newLink(server.URL, "secret", (&net.Dialer{}).DialContext, time.Now), project: "shop"}
}

func TestAPICreatePutsEachParameterInItsPlace(t *testing.T) {
	answer := &told{status: 201, body: `{"name":"web","spec":{"description":"","labels":{}}}`, header: map[string]string{
		"ETag": `"1"`, "Miko-Revision": "812", "Location": "/v1/x", "Miko-Request-Id": "req_1",
	}}
	calls := calling(t, answer)
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	service, meta, err := calls.ServiceCreate(ctx, api.ServiceCreateRequest{
		DryRun: true, IdempotencyKey: "k1", Body: api.NewService{Name: "web"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := answer.asked.Method + " " + answer.asked.RequestURI; got != "POST /v1/projects/shop/services?dry_run=true" {
		t.Error(got)
	}
	for name, want := range map[string]string{
		"Authorization": "Bearer secret", "Miko-Version": api.Date, "Idempotency-Key": "k1", "Content-Type": "application/json",
	} {
		if got := answer.asked.Header.Get(name); got != want {
			t.Errorf("%s: %q, not %q", name, got, want)
		}
	}
	if answer.asked.Header.Get("Miko-Timeout-Ms") == "" {
		t.Error("the context's deadline did not go along")
	}
	if want := `{"name":"web","spec":{"description":"","labels":{}}}`; answer.sent != want {
		t.Errorf("a nil map went as %s, not as %s", answer.sent, want)
	}
	if service.Name != "web" {
		t.Errorf("%+v", service)
	}
	if want := (Meta{Status: 201, RequestID: "req_1", ETag: `"1"`, Revision: 812, Location: "/v1/x"}); meta != want {
		t.Errorf("%+v", meta)
	}
}

func TestAPIListsAreJoinedOrRepeatedAsTheDocumentSays(t *testing.T) {
	answer := &told{status: 200, body: `{"revision":3,"services":{"a":{"state":"empty","cause":"expired","revision":3,"endpoints":[]},"b":{"state":"unknown","endpoints":[]}}}`}
	list, _, err := calling(t, answer).EndpointList(context.Background(), api.EndpointListRequest{
		Project: "other", Service: []string{"a", "b"}, Tag: []string{"x", "y"}, AtLeast: api.Ptr[int64](0),
	})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := answer.asked.RequestURI, "/v1/projects/other/endpoints?at_least=0&service=a%2Cb&tag=x&tag=y"; got != want {
		t.Errorf("%s, not %s", got, want)
	}
	if a := list.Services["a"]; a.State != api.EndpointListServiceStateEmpty || *a.Cause != api.EndpointListServiceCauseExpired || *a.Revision != 3 {
		t.Errorf("%+v", a)
	}
	if b := list.Services["b"]; b.State != api.EndpointListServiceStateUnknown || b.Cause != nil || b.Revision != nil {
		t.Errorf("%+v", b)
	}
}

func TestAPIConditionalRead(t *testing.T) {
	answer := &told{status: 304}
	_, meta, err := calling(t, answer).ServiceGet(context.Background(), api.ServiceGetRequest{Service: "web", IfNoneMatch: `"1"`})
	if err != nil || meta.Status != 304 || answer.asked.Header.Get("If-None-Match") != `"1"` {
		t.Error(meta, err)
	}
}

func TestAPIPatches(t *testing.T) {
	tests := []struct {
		name, media, body string
		request           api.EndpointOverridePatchRequest
	}{
		{"what is left out stays out", "application/merge-patch+json", `{"spec":{"reason":"x"}}`, api.EndpointOverridePatchRequest{
			Body: api.EndpointOverridePatchBody{Spec: &api.EndpointOverridePatchBodySpec{Reason: api.Ptr("x")}},
		}},
		{"null is a value", "application/merge-patch+json", `{"spec":{"weight":null}}`, api.EndpointOverridePatchRequest{
			Body: api.EndpointOverridePatchBody{Spec: &api.EndpointOverridePatchBodySpec{Weight: api.Null[int]()}},
		}},
		{"zero is a value", "application/merge-patch+json", `{"spec":{"weight":0}}`, api.EndpointOverridePatchRequest{
			Body: api.EndpointOverridePatchBody{Spec: &api.EndpointOverridePatchBodySpec{Weight: api.Set(0)}},
		}},
		{"a JSON patch goes in place of the merge", "application/json-patch+json", `[{"op":"replace","path":"/spec/weight","value":null}]`, api.EndpointOverridePatchRequest{
			Patch: api.JSONPatch{{Op: api.JSONPatchItemOpReplace, Path: "/spec/weight", Value: json.RawMessage("null")}},
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			answer := &told{status: 200, body: `{}`}
			test.request.EndpointOverride, test.request.IfMatch = "held", "*"
			if _, _, err := calling(t, answer).EndpointOverridePatch(context.Background(), test.request); err != nil {
				t.Fatal(err)
			}
			if got := answer.asked.Header.Get("Content-Type"); got != test.media {
				t.Error(got)
			}
			if answer.sent != test.body {
				t.Error(answer.sent)
			}
		})
	}
}

func TestAPIRefusalsHaveTheCodeOfTheRegistry(t *testing.T) {
	answer := &told{status: 404, body: `{"code":"not_found","status":404,"title":"There is no such thing"}`}
	_, err := calling(t, answer).ServiceDelete(context.Background(), api.ServiceDeleteRequest{Service: "web", IfMatch: "*"})
	if CodeOf(err) != api.CodeNotFound {
		t.Error(err)
	}
}

func TestAPIAnswerBesideARefusal(t *testing.T) {
	answer := &told{status: 503, body: `{"status":"not_ready","reasons":["catching up"]}`}
	ready, meta, err := calling(t, answer).Readyz(context.Background())
	if err != nil || meta.Status != 503 || !reflect.DeepEqual([]string(ready.Reasons), []string{"catching up"}) {
		t.Error(ready, meta, err)
	}
}

func TestAPIPathsThatWouldBeAnotherOperations(t *testing.T) {
	answer := &told{status: 200}
	calls := calling(t, answer)
	for _, name := range []string{"", ".", ".."} {
		if _, _, err := calls.ServiceGet(context.Background(), api.ServiceGetRequest{Service: name}); CodeOf(err) != CodeInvalidArgument {
			t.Errorf("%q: %v", name, err)
		}
	}
	if _, _, err := calls.ProjectGet(context.Background(), api.ProjectGetRequest{}); CodeOf(err) != CodeInvalidArgument {
		t.Errorf("the project itself was taken from the client: %v", err)
	}
	if answer.asked != nil {
		t.Error("it was sent")
	}
}

func TestAPIWatch(t *testing.T) {
	answer := &told{status: 200, body: "id: c1\nevent: snapshot\ndata: {\"revision\":1,\"items\":[{\"name\":\"web\"}],\"more\":false}\n\n" +
		"event: news\ndata: {}\n\nid: c2\nevent: bookmark\ndata: {\"revision\":2}\n\n" +
		"event: error\ndata: {\"code\":\"overloaded\",\"status\":503}\n\n"}
	var cursors []string
	var last error
	for frame, err := range calling(t, answer).ServiceWatch(context.Background(), api.ServiceWatchRequest{Since: "c0"}) {
		if err != nil {
			last = err
			continue
		}
		cursors = append(cursors, frame.Event+" "+frame.Cursor)
		if frame.Event == "snapshot" && frame.Snapshot.Items[0].Name != "web" {
			t.Errorf("%+v", frame.Snapshot)
		}
	}
	if want := []string{"snapshot c1", "bookmark c2"}; !reflect.DeepEqual(cursors, want) {
		t.Error(cursors)
	}
	if CodeOf(last) != api.CodeOverloaded {
		t.Error(last)
	}
	if got, want := answer.asked.RequestURI, "/v1/projects/shop/services:watch?since=c0"; got != want {
		t.Error(got)
	}
}

func TestAPILines(t *testing.T) {
	answer := &told{status: 200, body: "{\"session\":\"ses_1\",\"status\":200,\"code\":null}\n{\"session\":null,\"status\":400,\"code\":\"invalid_request\"}"}
	var statuses []int
	calls := calling(t, answer)
	for line, err := range calls.SessionRenewMany(context.Background(), api.SessionRenewManyRequest{
		Body: []api.SessionRenewManyLine{{Project: "shop", Session: "ses_1"}},
	}) {
		if err != nil {
			t.Fatal(err)
		}
		statuses = append(statuses, line.Status)
	}
	if !reflect.DeepEqual(statuses, []int{200, 400}) || answer.sent != "{\"project\":\"shop\",\"session\":\"ses_1\",\"applied\":null}\n" {
		t.Error(statuses, answer.sent)
	}
	answer.body = "{\"b\": 1,  \"a\":2}\n{}\n"
	var raw []string
	for line, err := range calls.AuditExport(context.Background(), api.AuditExportRequest{}) {
		if err != nil {
			t.Fatal(err)
		}
		raw = append(raw, line)
	}
	if want := []string{`{"b": 1,  "a":2}`, "{}"}; !reflect.DeepEqual(raw, want) {
		t.Error(raw)
	}
}

func TestAPIForm(t *testing.T) {
	answer := &told{status: 200, body: `{"access_token":"x","token_type":"Bearer"}`}
	token, _, err := calling(t, answer).AinariToken(context.Background(), api.AinariTokenRequest{
		Body: api.AinariTokenBody{GrantType: "client_credentials", ClientID: api.Ptr("shop")},
	})
	if err != nil || token.AccessToken != "x" || answer.sent != "client_id=shop&grant_type=client_credentials" {
		t.Error(token, answer.sent, err)
	}
}

func TestAPITakesANilContextForNone(t *testing.T) {
	var none context.Context
	if _, _, err := calling(t, &told{status: 200, body: `{}`}).Livez(none); err != nil {
		t.Error(err)
	}
}
